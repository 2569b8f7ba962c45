# On whose behalf: a workload in its own name, either a user or a workload, and a third party.
package zt.authz_test

# --- a workload ---

test_a_workload_calls_in_its_own_name if allowed(record_settlement)

test_a_method_for_workloads_asks_for_the_callers_own_token if {
	refused(object.union(record_settlement, {"token": null}), ["workload_required"])
	refused(with_token(record_settlement, {"subject": id("order")}), ["workload_required"])
	refused(with_token(record_settlement, {"subject": "card-network"}), ["workload_required"])
	refused(with_token(record_settlement, {"chain": [id("payment")]}), ["workload_required"])
}

test_a_users_token_never_passes_for_a_workloads if {
	question := object.union(record_settlement, {"token": object.union(alice, {
		"scopes": ["orders:settle"],
		"chain": [id("payment"), id("order"), id("gateway")],
	})})
	refused(question, ["workload_required"])
	refused(with_token(question, {"chain": []}), ["workload_required"])
}

test_a_workloads_own_token_never_passes_for_a_users if {
	question := object.union(authorize_payment, {"token": own_token("order", "payment", "payments:write")})
	refused(with_token(question, {"scopes": ["payments:hold", "payments:write"]}), ["user_required"])
	as_user := with_token(question, {"scopes": ["payments:hold", "payments:write"], "chain": authorize_payment.token.chain})
	refused(as_user, ["user_required"])
}

test_a_workloads_token_does_not_let_it_in_at_the_entry_point if {
	question := object.union(from_browser, {"token": object.union(alice, {
		"subject": id("order"),
		"audience": id("gateway"),
		"chain": [],
	})})
	refused(question, ["user_required"])
}

test_a_workload_needs_to_be_a_caller_too if {
	question := object.union(record_settlement, {
		"peer": id("inventory"),
		"token": own_token("inventory", "order", "orders:settle"),
	})
	refused(question, ["caller_not_allowed"])
}

test_a_token_of_a_workload_has_audience_and_scopes if {
	refused(with_token(record_settlement, {"audience": id("payment")}), ["token_audience_wrong"])
	refused(with_token(record_settlement, {"scopes": ["orders:write"]}), ["scope_missing"])
	refused(with_token(record_settlement, {"scopes": []}), ["scope_missing"])
}

test_nobody_without_a_certificate_calls_in_a_workloads_name if {
	question := object.union(record_settlement, {"peer": null})
	refused(question, ["caller_not_allowed", "workload_required"])
}

# --- a user or a workload ---

test_either_may_call_where_both_are_named if {
	allowed(void_payment)
	allowed(void_payment_for_alice)
}

test_one_of_both_has_to_be_there if {
	refused(object.union(void_payment, {"token": null}), ["token_missing"])
}

test_where_both_are_named_each_has_to_be_right if {
	refused(with_token(void_payment, {"subject": id("payment")}), ["workload_required"])
	refused(with_token(void_payment, {"chain": [id("order"), id("gateway")]}), ["workload_required"])
	refused(with_token(void_payment_for_alice, {"chain": []}), ["chain_not_allowed"])
	refused(with_token(void_payment_for_alice, {"chain": [id("order")]}), ["chain_not_allowed"])
	refused(with_token(void_payment_for_alice, {"scopes": []}), ["scope_missing"])
	refused(with_token(void_payment, {"scopes": []}), ["scope_missing"])
}

# --- a third party ---

test_a_third_party_is_known_by_what_it_signs if allowed(receive_settlement)

test_a_notice_has_to_be_there if {
	refused(object.union(receive_settlement, {"token": null}), ["token_missing"])
}

test_a_notice_of_another_is_refused if {
	every subject in ["alice", id("order"), id("payment"), "card-network-2"] {
		refused(with_token(receive_settlement, {"subject": subject}), ["caller_not_allowed"])
	}
	refused(with_token(receive_settlement, {"chain": [id("order")]}), ["caller_not_allowed"])
	refused(with_token(receive_settlement, {"audience": id("order")}), ["token_audience_wrong"])
}

test_a_workload_is_not_a_third_party if {
	refused(object.union(receive_settlement, {"peer": id("order")}), ["caller_not_allowed"])
	answer := decide_with(object.union(receive_settlement, {"peer": id("order")}), "callers", [id("order")])
	answer.reasons == ["caller_not_allowed"]
}

test_a_third_party_has_no_other_door if {
	every callers in ["users", "itself", [null], {}, {"third_party": ""}, {"third_party": null}, null] {
		decide_with(receive_settlement, "callers", callers).reasons == ["caller_not_allowed"]
	}
	every behalf in ["user", "workload", "user or workload", "nobody"] {
		answer := decide_with(receive_settlement, "on_behalf_of", behalf)
		answer.allow == false
		"caller_not_allowed" in answer.reasons
	}
}
