# An input that lacks a field, or has one of another type, is refused.
package zt.authz_test

questions := [
	place_order,
	from_browser,
	authorize_payment,
	void_payment,
	record_settlement,
	receive_settlement,
	exchange,
	check_health,
]

fails(question) if {
	answer := decide(question)
	answer.allow == false
	"policy_failed" in answer.reasons
}

test_every_field_is_needed if {
	every question in questions {
		every field in object.keys(question) {
			fails(object.remove(question, [field]))
		}
	}
}

test_every_field_of_a_token_is_needed if {
	every field in object.keys(alice) {
		fails(object.union(object.remove(place_order, ["token"]), {"token": object.remove(alice, [field])}))
	}
}

wrong := {
	"version": [0, 2, "1", null, true],
	"method": ["", null, 1, [], {}],
	"service": ["", null, 1, [id("order")], {}],
	"peer": ["", 1, false, [id("gateway")], {}],
	"token": ["", "alice", 1, true, false, [], {}],
	"resource": [null, "", 1, [], [1]],
	"time": ["", null, 1],
	"source_address": [null, 1],
	"calls_in_window": ["", "1", -1, true, [], {}],
	"users_in_window": ["", "1", -1, true, [], {}],
}

test_fields_of_another_type_are_refused if {
	every field, values in wrong {
		every value in values {
			every question in questions {
				fails(object.union(object.remove(question, [field]), {field: value}))
			}
		}
	}
}

wrong_in_token := {
	"subject": ["", null, 1, ["alice"]],
	"audience": ["", null, 1, [id("order")]],
	"roles": [null, "finance", {"finance": true}, [1], [""]],
	"scopes": [null, "orders:write", {"orders:write": true}, [["orders:write"]], [null, "orders:write"]],
	"blocked": [null, "", "false", 0, []],
	"chain": [null, id("gateway"), {"0": id("gateway")}, [null], [id("gateway"), 1]],
}

test_fields_of_a_token_of_another_type_are_refused if {
	every field, values in wrong_in_token {
		every value in values {
			fails(object.union(place_order, {"token": object.union(object.remove(alice, [field]), {field: value})}))
		}
	}
}

test_a_resource_holds_texts_and_numbers_only if {
	every value in [null, true, [], {}, {"amount": 1}] {
		fails(object.union(authorize_payment, {"resource": {"thing": value}}))
	}
	allowed(object.union(authorize_payment, {"resource": {"payment": "p-1", "lines": 2}}))
}
