# One call of each kind and the data that allows it, for the tests beside this file.
package zt.authz_test

import data.zt.authz

id(name) := concat("", ["spiffe://zt.example/ns/shop/sa/", name])

health := {
	"services": [id("gateway"), id("order"), id("payment")],
	"callers": "itself",
	"on_behalf_of": "nobody",
	"scopes": [],
}

limit := {"minor_units": 1000000, "role": "finance"}

graph := {
	"methods": {
		"/gateway/PlaceOrder": {
			"service": id("gateway"),
			"callers": "users",
			"on_behalf_of": "user",
			"scopes": ["orders:write"],
		},
		"/order.v1.OrderService/PlaceOrder": {
			"service": id("order"),
			"callers": [id("gateway")],
			"on_behalf_of": "user",
			"scopes": ["orders:write"],
			"amount_limit": limit,
		},
		"/payment.v1.PaymentService/AuthorizePayment": {
			"service": id("payment"),
			"callers": [id("order")],
			"on_behalf_of": "user",
			"scopes": ["payments:write", "payments:hold"],
		},
		"/identity.v1.TokenExchangeService/ExchangeToken": {
			"service": id("identity"),
			"callers": [id("gateway"), id("order")],
			"on_behalf_of": "nobody",
			"scopes": [],
		},
		"/grpc.health.v1.Health/Check": health,
	},
	"entry_points": [id("gateway")],
	"edges": {
		id("order"): [id("gateway")],
		id("payment"): [id("order")],
	},
	"blocked_users": ["mallory"],
	"modes": {},
}

alice := {
	"subject": "alice",
	"roles": ["customer"],
	"audience": id("order"),
	"scopes": ["orders:read", "orders:write"],
	"chain": [id("gateway")],
}

place_order := {
	"version": 1,
	"method": "/order.v1.OrderService/PlaceOrder",
	"service": id("order"),
	"peer": id("gateway"),
	"token": alice,
	"resource": {"amount_minor_units": 999999, "currency": "EUR"},
	"time": "2026-01-01T00:00:00Z",
	"source_address": "127.0.0.1:40000",
}

from_browser := object.union(place_order, {
	"method": "/gateway/PlaceOrder",
	"service": id("gateway"),
	"peer": null,
	"token": object.union(alice, {"audience": id("gateway"), "chain": []}),
})

authorize_payment := object.union(place_order, {
	"method": "/payment.v1.PaymentService/AuthorizePayment",
	"service": id("payment"),
	"peer": id("order"),
	"token": object.union(alice, {
		"audience": id("payment"),
		"scopes": ["payments:hold", "payments:write"],
		"chain": [id("order"), id("gateway")],
	}),
})

exchange := object.union(object.remove(place_order, ["resource"]), {
	"method": "/identity.v1.TokenExchangeService/ExchangeToken",
	"service": id("identity"),
	"peer": id("order"),
	"token": null,
	"resource": {},
})

check_health := object.union(exchange, {
	"method": "/grpc.health.v1.Health/Check",
	"service": id("payment"),
	"peer": id("payment"),
})

decide(question) := answer if {
	answer := authz.decision with input as question with data.graph as graph
}

decide_on(question, changes) := answer if {
	answer := authz.decision with input as question with data.graph as object.union(graph, changes)
}

with_token(question, changes) := object.union(question, {"token": object.union(question.token, changes)})

allowed(question) if decide(question).allow == true

refused(question, reasons) if {
	answer := decide(question)
	answer.allow == false
	answer.reasons == reasons
}
