# METADATA
# title: May this call go ahead?
# description: >-
#   The one decision of the whole system. The input is PolicyInput in packages/zt-kit/src/authz/authorizer.ts: facts that
#   the service verified before. data.graph is made from packages/access-graph. Each check below says what must hold, and
#   its reason applies where that cannot be shown, so a missing field or a field of another type refuses.
package zt.authz

longest_chain := 8

# Who may stand behind a call. Whatever a rule says in another way asks for a user.
behalves := {"user", "workload", "user or workload", "third party", "nobody"}

# What a rule may list in "observe". An input that cannot be read and a method without a rule are always refused.
observable := {
	"caller_not_allowed",
	"user_required",
	"workload_required",
	"token_missing",
	"token_audience_wrong",
	"scope_missing",
	"chain_not_allowed",
	"user_blocked",
	"role_missing",
	"purpose_missing",
	"outside_hours",
	"network_not_allowed",
	"rate_exceeded",
	"too_many_users",
	"amount_over_limit",
}

shortest_purpose := 4

longest_purpose := 128

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
	is_array(rule.observe)
	reason in rule.observe
}

# --- the method's rule -------------------------------------------------------------------------------------------------

# A rule stands for its own service only: another service that is asked the same method has no rule for it.
rule := data.graph.methods[input.method] if on_this_service(data.graph.methods[input.method])

on_this_service(candidate) if candidate.service == input.service

# Health is the same method on every service.
on_this_service(candidate) if input.service in candidate.services

default rule_name := "default"

rule_name := trim_prefix(input.method, "/") if rule

default behalf := "user"

behalf := rule.on_behalf_of if rule.on_behalf_of in behalves

# Whatever stands there in the place of a limit asks for it.
asks_for(condition) if condition in object.keys(rule)

has_token if is_object(input.token)

# A token that policy reads; none is expected of a method for nobody.
token_given if {
	rule
	behalf != "nobody"
	has_token
}

# A workload is never a user, and a user never a workload.
users_token if {
	token_given
	is_string(input.token.subject)
	not startswith(input.token.subject, "spiffe://")
}

# The workload that calls is the one that the token is about, and nobody acts for it.
workloads_own_token if {
	token_given
	is_string(input.peer)
	input.token.subject == input.peer
	input.token.chain == []
}

# --- reasons -----------------------------------------------------------------------------------------------------------

applying contains "policy_failed" if not well_formed

applying contains "policy_failed" if {
	asks_for("amount_limit")
	not amount_known
}

applying contains "method_has_no_rule" if not rule

applying contains "caller_not_allowed" if {
	rule
	not caller_allowed
}

applying contains "user_required" if {
	rule
	behalf == "user"
	not users_token
}

applying contains "workload_required" if {
	rule
	behalf == "workload"
	not workloads_own_token
}

applying contains "workload_required" if {
	behalf == "user or workload"
	token_given
	not users_token
	not workloads_own_token
}

applying contains "token_missing" if {
	rule
	behalf in {"user or workload", "third party"}
	not has_token
}

applying contains "token_audience_wrong" if {
	token_given
	not input.token.audience == input.service
}

applying contains "scope_missing" if {
	token_given
	behalf != "third party"
	not scopes_suffice
}

applying contains "chain_not_allowed" if {
	behalf in {"user", "user or workload"}
	users_token
	not chain_allowed
}

applying contains "user_blocked" if {
	behalf in {"user", "user or workload"}
	users_token
	not input.token.blocked == false
}

applying contains "role_missing" if {
	asks_for("roles")
	not role_held
}

applying contains "purpose_missing" if {
	asks_for("purpose")
	not purpose_said
}

applying contains "outside_hours" if {
	asks_for("hours")
	not within_hours
}

applying contains "network_not_allowed" if {
	asks_for("networks")
	not within_networks
}

applying contains "rate_exceeded" if {
	asks_for("rate_limit")
	not within_rate
}

applying contains "too_many_users" if {
	asks_for("distinct_users")
	not within_users
}

applying contains "amount_over_limit" if {
	asks_for("amount_limit")
	not amount_allowed
}

# --- who calls ---------------------------------------------------------------------------------------------------------

caller_allowed if {
	behalf != "third party"
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

# A third party comes over HTTPS too, to a door of its own, and is known by what it signs.
caller_allowed if {
	behalf == "third party"
	filled_string(rule.callers.third_party)
	is_null(input.peer)
	not sent_by_another
}

sent_by_another if {
	has_token
	not input.token.subject == rule.callers.third_party
}

sent_by_another if {
	has_token
	not input.token.chain == []
}

# --- on whose behalf ---------------------------------------------------------------------------------------------------

scopes_suffice if {
	count(rule.scopes) > 0
	every scope in rule.scopes {
		scope in input.token.scopes
	}
}

role_held if {
	is_array(rule.roles)
	some role in rule.roles
	filled_string(role)
	role in input.token.roles
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

# --- what for, when, from where, how often, for how many --------------------------------------------------------------

purpose_said if {
	is_string(input.resource.purpose)
	count(trim_space(input.resource.purpose)) >= shortest_purpose
	count(input.resource.purpose) <= longest_purpose
}

# The time of the call as 23:59. Only UTC is read.
time_of_day := time if {
	substring(input.time, 10, 1) == "T"
	endswith(input.time, "Z")
	time := substring(input.time, 11, 5)
	readable_time(time)
}

readable_time(time) if {
	[hour, minute] := split(time, ":")
	hour in two_digits(24)
	minute in two_digits(60)
}

# 00, 01, … and so on.
two_digits(limit) := {substring(format_int(100 + number, 10), 1, 2) | some number in numbers.range(0, limit - 1)}

hours_readable if {
	readable_time(rule.hours.from)
	readable_time(rule.hours.until)
}

within_hours if {
	hours_readable
	rule.hours.from < rule.hours.until
	time_of_day >= rule.hours.from
	time_of_day < rule.hours.until
}

# Past midnight.
within_hours if {
	hours_readable
	rule.hours.from > rule.hours.until
	time_of_day >= rule.hours.from
}

within_hours if {
	hours_readable
	rule.hours.from > rule.hours.until
	time_of_day < rule.hours.until
}

# The address without its port and its brackets.
written_host := trim(concat(":", array.slice(parts, 0, last)), "[]") if {
	not contains(input.source_address, "/")
	parts := split(input.source_address, ":")
	last := count(parts) - 1
	to_number(parts[last]) > 0
}

# An IPv4 address may be written as one of IPv6.
source_host := trim_prefix(written_host, "::ffff:") if contains(written_host, ".")

source_host := written_host if not contains(written_host, ".")

within_networks if {
	is_array(rule.networks)
	some network in rule.networks
	net.cidr_contains(network, source_host)
}

within_rate if {
	is_number(rule.rate_limit.calls)
	is_number(input.calls_in_window)
	input.calls_in_window <= rule.rate_limit.calls
}

# For how many users one caller comes.
within_users if {
	is_number(rule.distinct_users.users)
	is_number(input.users_in_window)
	input.users_in_window <= rule.distinct_users.users
}

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
	count_well_formed(input.calls_in_window)
	count_well_formed(input.users_in_window)
}

count_well_formed(value) if is_null(value)

count_well_formed(value) if {
	is_number(value)
	value >= 0
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
	is_boolean(input.token.blocked)
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
