# What is allowed, and each reason on its own.
package zt.authz_test

import data.zt.authz

# --- allowed ---

test_allowed_answers_are_whole if {
	decide(place_order) == {
		"allow": true,
		"reasons": [],
		"observed": [],
		"rule": "order.v1.OrderService/PlaceOrder",
	}
}

test_a_user_at_the_entry_point_is_allowed if allowed(from_browser)

test_payment_through_order_is_allowed if allowed(authorize_payment)

test_a_workload_needs_no_token_where_no_user_is_asked_for if allowed(exchange)

test_a_service_may_ask_for_its_own_health if allowed(check_health)

# --- default deny ---

test_without_input_and_data_everything_is_refused if {
	answer := authz.decision with input as {} with data.graph as {}
	answer.allow == false
	answer.reasons == ["method_has_no_rule", "policy_failed"]
	answer.rule == "default"
}

test_without_data_a_good_call_is_refused if {
	answer := authz.decision with input as place_order with data.graph as {}
	answer.allow == false
	answer.reasons == ["method_has_no_rule"]
}

test_a_method_without_a_rule_is_refused if {
	question := object.union(place_order, {"method": "/order.v1.OrderService/DeleteEverything"})
	decide(question) == {"allow": false, "reasons": ["method_has_no_rule"], "observed": [], "rule": "default"}
}

test_a_rule_stands_for_its_own_service_only if {
	refused(object.union(place_order, {"service": id("payment")}), ["method_has_no_rule"])
	refused(object.union(check_health, {"service": id("identity"), "peer": id("identity")}), ["method_has_no_rule"])
}

# --- who calls ---

test_another_caller_is_refused if {
	question := object.union(authorize_payment, {"peer": id("inventory")})
	refused(question, ["caller_not_allowed", "chain_not_allowed"])
	refused(object.union(exchange, {"peer": id("payment")}), ["caller_not_allowed"])
	refused(object.union(check_health, {"peer": id("order")}), ["caller_not_allowed"])
}

test_a_caller_without_a_certificate_is_refused_behind_the_entry_point if {
	refused(object.union(exchange, {"peer": null}), ["caller_not_allowed"])
	refused(object.union(place_order, {"peer": null}), ["caller_not_allowed", "chain_not_allowed"])
}

test_a_service_may_not_call_itself_for_anything_but_health if {
	refused(object.union(exchange, {"peer": id("identity")}), ["caller_not_allowed"])
}

test_an_empty_entry_among_the_callers_lets_nobody_in if {
	rule := object.union(graph.methods[exchange.method], {"callers": [null]})
	answer := decide_on(object.union(exchange, {"peer": null}), {"methods": {exchange.method: rule}})
	answer.reasons == ["caller_not_allowed"]
}

test_a_workload_is_not_a_user if {
	refused(object.union(from_browser, {"peer": id("order")}), ["caller_not_allowed"])
}

test_users_reach_entry_points_only if {
	answer := decide_on(from_browser, {"entry_points": [id("order")]})
	answer.allow == false
	answer.reasons == ["caller_not_allowed", "chain_not_allowed"]
}

test_callers_of_another_type_let_nobody_in if {
	every callers in ["everybody", null, true, {"peer": id("gateway")}, id("gateway")] {
		rule := object.union(graph.methods[place_order.method], {"callers": callers})
		answer := decide_on(place_order, {"methods": {place_order.method: rule}})
		answer.reasons == ["caller_not_allowed", "chain_not_allowed"]
	}
}

test_an_empty_list_of_callers_lets_nobody_in if {
	rule := object.union(graph.methods[from_browser.method], {"callers": []})
	answer := decide_on(from_browser, {"methods": {from_browser.method: rule}})
	answer.reasons == ["caller_not_allowed", "chain_not_allowed"]
}

# --- on whose behalf ---

test_without_a_token_a_user_is_required if {
	refused(object.union(place_order, {"token": null}), ["user_required"])
}

test_a_rule_that_does_not_say_nobody_asks_for_a_user if {
	every on_behalf_of in ["user", "", "Nobody", null, true, ["nobody"]] {
		rule := object.union(graph.methods[exchange.method], {"on_behalf_of": on_behalf_of})
		answer := decide_on(exchange, {"methods": {exchange.method: rule}})
		answer.reasons == ["user_required"]
	}
}

test_a_token_for_another_audience_is_refused if {
	refused(with_token(place_order, {"audience": id("payment")}), ["token_audience_wrong"])
}

test_a_missing_scope_is_refused if {
	refused(with_token(place_order, {"scopes": ["orders:read"]}), ["scope_missing"])
	refused(with_token(authorize_payment, {"scopes": ["payments:write"]}), ["scope_missing"])
	refused(with_token(authorize_payment, {"scopes": []}), ["scope_missing"])
}

test_a_user_method_without_scopes_is_refused if {
	every scopes in [[], null, "orders:write", {}] {
		rule := object.union(graph.methods[place_order.method], {"scopes": scopes})
		answer := decide_on(place_order, {"methods": {place_order.method: rule}})
		answer.reasons == ["scope_missing"]
	}
}

test_a_blocked_user_is_refused if {
	refused(with_token(place_order, {"blocked": true}), ["user_blocked"])
	refused(with_token(void_payment_for_alice, {"blocked": true}), ["user_blocked"])
}

everything_wrong := object.union(place_order, {
	"peer": id("payment"),
	"token": {
		"subject": "mallory",
		"roles": [],
		"audience": id("payment"),
		"scopes": [],
		"chain": [],
		"blocked": true,
	},
	"resource": {"amount_minor_units": 1000000},
	"calls_in_window": 2,
	"users_in_window": 2,
})

every_condition := {
	"roles": ["support"],
	"purpose": true,
	"hours": {"from": "06:00", "until": "22:00"},
	"networks": ["10.0.0.0/8"],
	"rate_limit": {"calls": 1, "seconds": 10},
	"distinct_users": {"users": 1, "seconds": 10},
}

everything := [
	"amount_over_limit",
	"caller_not_allowed",
	"chain_not_allowed",
	"network_not_allowed",
	"outside_hours",
	"purpose_missing",
	"rate_exceeded",
	"role_missing",
	"scope_missing",
	"token_audience_wrong",
	"too_many_users",
	"user_blocked",
]

test_every_reason_that_applies_is_named if {
	answer := decide_under(everything_wrong, every_condition)
	answer.allow == false
	answer.reasons == everything
}

# --- chain ---

test_an_empty_chain_is_for_the_entry_point_only if {
	refused(with_token(place_order, {"chain": []}), ["chain_not_allowed"])
	refused(with_token(from_browser, {"chain": [id("gateway")]}), ["chain_not_allowed"])
}

test_the_peer_acts_now if {
	refused(with_token(authorize_payment, {"chain": [id("gateway"), id("order")]}), ["chain_not_allowed"])
	refused(with_token(authorize_payment, {"chain": [id("gateway")]}), ["chain_not_allowed"])
}

test_the_chain_ends_at_an_entry_point if {
	refused(with_token(authorize_payment, {"chain": [id("order")]}), ["chain_not_allowed"])
}

test_each_step_is_an_edge_of_the_graph if {
	refused(with_token(authorize_payment, {"chain": [id("order"), id("payment"), id("gateway")]}), ["chain_not_allowed"])
	refused(with_token(authorize_payment, {"chain": [id("order"), id("order"), id("gateway")]}), ["chain_not_allowed"])
	answer := decide_on(authorize_payment, {"edges": null})
	answer.reasons == ["chain_not_allowed"]
}

# A graph in which order may call itself, so that every step is an edge and the length alone decides.
chain_of(length) := decide_on(question, {"edges": {id("order"): [id("order"), id("gateway")]}}) if {
	orders := [id("order") | some _ in numbers.range(1, length - 1)]
	question := with_token(authorize_payment, {"chain": array.concat(orders, [id("gateway")])})
}

test_a_chain_has_eight_links_at_most if {
	chain_of(8).allow == true
	chain_of(9).reasons == ["chain_not_allowed"]
}

# --- how much ---

amount(minor_units) := {"resource": {"amount_minor_units": minor_units, "currency": "EUR"}}

test_the_limit_itself_is_over_the_limit if {
	allowed(object.union(place_order, amount(999999)))
	allowed(object.union(place_order, amount(0)))
	refused(object.union(place_order, amount(1000000)), ["amount_over_limit"])
	refused(object.union(place_order, amount(999999.5e6)), ["amount_over_limit"])
}

test_finance_may_go_over_the_limit if {
	allowed(with_token(object.union(place_order, amount(1000000)), {"roles": ["customer", "finance"]}))
}

without_resource(question) := object.union(object.remove(question, ["resource"]), {"resource": {}})

test_an_amount_that_is_not_known_is_refused_whatever_the_role if {
	finance := with_token(place_order, {"roles": ["finance"]})
	refused(without_resource(finance), ["policy_failed"])
	refused(object.union(finance, amount("1")), ["policy_failed"])
	refused(object.union(finance, amount(-1)), ["policy_failed"])
	refused(without_resource(place_order), ["amount_over_limit", "policy_failed"])
	refused(object.union(place_order, amount("1")), ["amount_over_limit", "policy_failed"])
	refused(object.union(place_order, amount(-1)), ["amount_over_limit", "policy_failed"])
}

test_a_limit_of_another_type_lets_nobody_pass if {
	every amount_limit in [{}, null, false, "none", {"minor_units": "1000000", "role": null}] {
		decide_with(place_order, "amount_limit", amount_limit).reasons == ["amount_over_limit"]
	}
}

# --- observe and enforce ---

observing(question, reasons) := decide_under(question, {"observe": reasons})

test_an_observed_reason_is_recorded_and_never_blocks if {
	answer := observing(object.union(place_order, amount(1000000)), ["amount_over_limit"])
	answer == {
		"allow": true,
		"reasons": [],
		"observed": ["amount_over_limit"],
		"rule": "order.v1.OrderService/PlaceOrder",
	}
}

test_each_reason_can_be_observed if {
	every reason in everything {
		answer := decide_under(everything_wrong, object.union(every_condition, {"observe": [reason]}))
		answer.observed == [reason]
		not reason in answer.reasons
	}
	observing(object.union(place_order, {"token": null}), ["user_required"]).observed == ["user_required"]
	observing(object.union(record_settlement, {"token": null}), ["workload_required"]).observed == ["workload_required"]
	observing(object.union(receive_settlement, {"token": null}), ["token_missing"]).observed == ["token_missing"]
}

test_a_rule_observes_for_itself_only if {
	rule := object.union(graph.methods[from_browser.method], {"observe": ["user_blocked"]})
	answer := decide_on(with_token(place_order, {"blocked": true}), {"methods": {from_browser.method: rule}})
	answer.reasons == ["user_blocked"]
}

test_observing_one_reason_leaves_the_others_in_force if {
	question := with_token(object.union(place_order, amount(1000000)), {"blocked": true})
	answer := observing(question, ["amount_over_limit"])
	answer.allow == false
	answer.reasons == ["user_blocked"]
	answer.observed == ["amount_over_limit"]
}

test_a_reason_that_does_not_apply_is_not_observed if {
	observing(place_order, ["amount_over_limit"]).observed == []
}

test_anything_but_a_list_observes_nothing if {
	every observe in ["amount_over_limit", "all", null, true, {"reason": "amount_over_limit"}, [["amount_over_limit"]]] {
		answer := observing(object.union(place_order, amount(1000000)), observe)
		answer.reasons == ["amount_over_limit"]
		answer.observed == []
	}
}

test_what_cannot_be_read_or_has_no_rule_cannot_be_observed if {
	observing(object.remove(place_order, ["time"]), ["policy_failed"]).reasons == ["policy_failed"]
	observe := {"observe": ["method_has_no_rule"]}
	decide_on(object.union(place_order, {"method": "/none"}), observe).reasons == ["method_has_no_rule"]
}
