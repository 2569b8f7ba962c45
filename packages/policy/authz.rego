# METADATA
# title: May this call go ahead?
# description: >-
#   The one decision of the whole system. The input is PolicyInput in packages/zt-kit/src/authz/authorizer.ts: facts that
#   the service verified before. data.graph is made from packages/access-graph. Each check below says what must hold, and
#   its reason applies where that cannot be shown, so a missing field or a field of another type refuses.
package zt.authz

longest_chain := 8

# What an operator may set to "observe" in data.graph.modes. An input that cannot be read and a method without a rule
# are always refused.
observable := {
	"caller_not_allowed",
	"user_required",
	"token_audience_wrong",
	"scope_missing",
	"chain_not_allowed",
	"user_blocked",
	"amount_over_limit",
}

# METADATA
# entrypoint: true
decision := {
	"allow": allow,
	"reasons": sort(blocking),
	"observed": sort(observed),
	"rule": rule_name,
}

default allow := false

allow if count(blocking) == 0

blocking := applying - observed

observed contains reason if {
	some reason in applying
	reason in observable
	data.graph.modes[reason] == "observe"
}

# --- the method's rule -------------------------------------------------------------------------------------------------

# A rule stands for its own service only: another service that is asked the same method has no rule for it.
rule := data.graph.methods[input.method] if on_this_service(data.graph.methods[input.method])

on_this_service(candidate) if candidate.service == input.service

# Health is the same method on every service.
on_this_service(candidate) if input.service in candidate.services

default rule_name := "default"

rule_name := trim_prefix(input.method, "/") if rule

# Anything but a plain "nobody" asks for a user.
user_expected if {
	rule
	not rule.on_behalf_of == "nobody"
}

has_token if is_object(input.token)

# --- reasons -----------------------------------------------------------------------------------------------------------

applying contains "policy_failed" if not well_formed

applying contains "policy_failed" if {
	rule.amount_limit
	not amount_known
}

applying contains "method_has_no_rule" if not rule

applying contains "caller_not_allowed" if {
	rule
	not caller_allowed
}

applying contains "user_required" if {
	user_expected
	not has_token
}

applying contains "token_audience_wrong" if {
	user_expected
	has_token
	not input.token.audience == input.service
}

applying contains "scope_missing" if {
	user_expected
	has_token
	not scopes_suffice
}

applying contains "chain_not_allowed" if {
	user_expected
	has_token
	not chain_allowed
}

applying contains "user_blocked" if {
	user_expected
	has_token
	not user_in_good_standing
}

applying contains "amount_over_limit" if {
	rule.amount_limit
	not amount_allowed
}

# --- who calls ---------------------------------------------------------------------------------------------------------

caller_allowed if {
	is_array(rule.callers)
	is_string(input.peer)
	input.peer in rule.callers
}

caller_allowed if {
	rule.callers == "itself"
	input.peer == input.service
}

# People come over HTTPS, without a workload's certificate, and to an entry point only.
caller_allowed if {
	rule.callers == "users"
	input.service in data.graph.entry_points
	is_null(input.peer)
}

# --- on whose behalf ---------------------------------------------------------------------------------------------------

scopes_suffice if {
	count(rule.scopes) > 0
	every scope in rule.scopes {
		scope in input.token.scopes
	}
}

user_in_good_standing if {
	is_array(data.graph.blocked_users)
	not input.token.subject in data.graph.blocked_users
}

chain_allowed if {
	rule.callers == "users"
	input.service in data.graph.entry_points
	input.token.chain == []
}

# From the peer back to the entry point, each step an edge of the access graph.
chain_allowed if {
	is_array(rule.callers)
	chain := input.token.chain
	count(chain) <= longest_chain
	chain[0] == input.peer
	chain[count(chain) - 1] in data.graph.entry_points
	every position, caller in array.slice(chain, 1, count(chain)) {
		caller in data.graph.edges[chain[position]]
	}
}

# --- how much ----------------------------------------------------------------------------------------------------------

amount_known if {
	is_number(input.resource.amount_minor_units)
	input.resource.amount_minor_units >= 0
}

amount_allowed if {
	amount_known
	is_number(rule.amount_limit.minor_units)
	input.resource.amount_minor_units < rule.amount_limit.minor_units
}

amount_allowed if rule.amount_limit.role in input.token.roles

# --- what can be read --------------------------------------------------------------------------------------------------

well_formed if {
	input.version == 1
	filled_string(input.method)
	filled_string(input.service)
	peer_well_formed
	token_well_formed
	is_object(input.resource)
	every value in input.resource {
		text_or_number(value)
	}
	filled_string(input.time)
	is_string(input.source_address)
}

peer_well_formed if is_null(input.peer)

peer_well_formed if filled_string(input.peer)

token_well_formed if is_null(input.token)

token_well_formed if {
	filled_string(input.token.subject)
	filled_string(input.token.audience)
	list_of_strings(input.token.roles)
	list_of_strings(input.token.scopes)
	list_of_strings(input.token.chain)
}

list_of_strings(value) if {
	is_array(value)
	every element in value {
		filled_string(element)
	}
}

filled_string(value) if {
	is_string(value)
	value != ""
}

text_or_number(value) if is_string(value)

text_or_number(value) if is_number(value)
