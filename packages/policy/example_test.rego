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
		"/payment.v1.PaymentService/VoidPayment": {
			"service": id("payment"),
			"callers": [id("order")],
			"on_behalf_of": "user or workload",
			"scopes": ["payments:write"],
		},
		"/payment.v1.PaymentService/ReceiveSettlement": {
			"service": id("payment"),
			"callers": {"third_party": "card-network"},
			"on_behalf_of": "third party",
			"scopes": [],
		},
		"/order.v1.OrderService/RecordSettlement": {
			"service": id("order"),
			"callers": [id("payment")],
			"on_behalf_of": "workload",
			"scopes": ["orders:settle"],
		},
		"/grpc.health.v1.Health/Check": health,
	},
	"entry_points": [id("gateway")],
	"edges": {
		id("order"): [id("gateway")],
		id("payment"): [id("order")],
	},
}

alice := {
	"subject": "alice",
	"roles": ["customer"],
	"audience": id("order"),
	"scopes": ["orders:read", "orders:write"],
	"chain": [id("gateway")],
	"blocked": false,
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
	"calls_in_window": null,
	"users_in_window": null,
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

# Order in its own name: its token is about itself, and nobody acts for it.
void_payment := object.union(place_order, {
	"method": "/payment.v1.PaymentService/VoidPayment",
	"service": id("payment"),
	"peer": id("order"),
	"token": own_token("order", "payment", "payments:write"),
})

void_payment_for_alice := object.union(void_payment, {"token": object.union(alice, {
	"audience": id("payment"),
	"scopes": ["payments:write"],
	"chain": [id("order"), id("gateway")],
})})

record_settlement := object.union(place_order, {
	"method": "/order.v1.OrderService/RecordSettlement",
	"peer": id("payment"),
	"token": own_token("payment", "order", "orders:settle"),
})

receive_settlement := object.union(place_order, {
	"method": "/payment.v1.PaymentService/ReceiveSettlement",
	"service": id("payment"),
	"peer": null,
	"token": object.union(own_token("payment", "payment", ""), {"subject": "card-network", "scopes": []}),
})

own_token(subject, audience, scope) := {
	"subject": id(subject),
	"roles": [],
	"audience": id(audience),
	"scopes": [scope],
	"chain": [],
	"blocked": false,
}

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

# The answer to a question whose method's rule has these conditions besides its own.
decide_under(question, conditions) := decide_on(question, {"methods": {question.method: rule}}) if {
	rule := object.union(graph.methods[question.method], conditions)
}

# The same with conditions that replace what the rule says, where both are objects.
decide_with(question, field, value) := answer if {
	rule := object.union(object.remove(graph.methods[question.method], [field]), {field: value})
	methods := object.union(object.remove(graph.methods, [question.method]), {question.method: rule})
	changed := object.union(object.remove(graph, ["methods"]), {"methods": methods})
	answer := authz.decision with input as question with data.graph as changed
}
