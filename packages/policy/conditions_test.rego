# What a rule may ask for besides: a role, a purpose, hours, networks, a rate. Each only narrows.
package zt.authz_test

under_each(conditions, reason) if {
	every condition in conditions {
		decide_under(place_order, condition).reasons == [reason]
	}
}

# --- who, and what for ---

test_any_of_the_roles_is_enough if {
	decide_under(place_order, {"roles": ["customer"]}).allow == true
	decide_under(place_order, {"roles": ["support", "customer"]}).allow == true
	decide_under(place_order, {"roles": ["support", "finance"]}).reasons == ["role_missing"]
}

test_roles_that_cannot_be_read_are_held_by_nobody if {
	under_each([{"roles": roles} | some roles in [[], null, "customer", true, false, {"a": "customer"}, [""]]], "role_missing")
}

test_a_workload_has_no_role if {
	decide_under(void_payment, {"roles": ["customer"]}).reasons == ["role_missing"]
	decide_under(exchange, {"roles": ["customer"]}).reasons == ["role_missing"]
}

purposed(purpose) := decide_under(
	object.union(place_order, {"resource": {
		"purpose": purpose,
		"amount_minor_units": 1,
	}}),
	{"purpose": true},
)

test_a_purpose_has_4_to_128_characters if {
	every purpose in ["T-17", "ticket 4711", substring(long, 0, 128)] {
		purposed(purpose).allow == true
	}
	every purpose in ["", "T-1", "    ", "  T-1  ", long] {
		purposed(purpose).reasons == ["purpose_missing"]
	}
	purposed(4711).reasons == ["purpose_missing"]
	decide_under(place_order, {"purpose": true}).reasons == ["purpose_missing"]
}

long := concat("", ["x" | some _ in numbers.range(1, 129)])

test_whatever_stands_for_a_purpose_asks_for_one if {
	under_each([{"purpose": purpose} | some purpose in [true, false, null, "no", {}]], "purpose_missing")
}

# --- when ---

at(time, from, until) := decide_under(object.union(place_order, {"time": time}), {"hours": {"from": from, "until": until}})

test_hours_begin_with_their_first_minute_and_end_before_their_last if {
	every time in ["2026-01-01T06:00:00Z", "2026-01-01T12:00:00.999Z", "2026-01-01T21:59:59.999Z"] {
		at(time, "06:00", "22:00").allow == true
	}
	every time in ["2026-01-01T05:59:59.999Z", "2026-01-01T22:00:00Z", "2026-01-01T00:00:00Z"] {
		at(time, "06:00", "22:00").reasons == ["outside_hours"]
	}
}

test_hours_may_pass_midnight if {
	every time in ["2026-01-01T22:00:00Z", "2026-01-01T23:59:59Z", "2026-01-01T00:00:00Z", "2026-01-01T05:59:59Z"] {
		at(time, "22:00", "06:00").allow == true
	}
	every time in ["2026-01-01T06:00:00Z", "2026-01-01T12:00:00Z", "2026-01-01T21:59:59Z"] {
		at(time, "22:00", "06:00").reasons == ["outside_hours"]
	}
}

test_only_utc_is_read if {
	every time in ["2026-01-01T12:00:00+02:00", "2026-01-01T12:00:00", "2026-01-01 12:00:00Z", "12:00", "2026-01-01T32:00:00Z"] {
		at(time, "06:00", "22:00").reasons == ["outside_hours"]
	}
}

test_hours_that_cannot_be_read_are_no_hours if {
	under_each(
		[{"hours": hours} |
			some hours in [
				null,
				false,
				"always",
				{},
				{"from": "00:00"},
				{"from": "00:00", "until": "24:00"},
				{"from": "0:00", "until": "23:59"},
				{"from": "00:00", "until": "00:00"},
				{"from": 0, "until": 24},
			]
		],
		"outside_hours",
	)
}

# --- from where ---

from_address(address, networks) := answer if {
	answer := decide_under(object.union(place_order, {"source_address": address}), {"networks": networks})
}

loopback := ["127.0.0.0/8", "::1/128"]

test_an_address_inside_any_of_the_networks_is_let_in if {
	every address in ["127.0.0.1:1", "127.255.255.255:65535", "::1:40000", "[::1]:40000", "::ffff:127.0.0.1:40000"] {
		from_address(address, loopback).allow == true
	}
	from_address("2001:db8::5:443", ["2001:db8::/32"]).allow == true
}

test_an_address_outside_is_refused if {
	every address in ["128.0.0.1:1", "10.0.0.1:1", "::2:1", "2001:db8::1:443", "::ffff:10.0.0.1:1"] {
		from_address(address, loopback).reasons == ["network_not_allowed"]
	}
	from_address("127.0.0.1:1", ["::/0"]).reasons == ["network_not_allowed"]
	from_address("::1:1", ["0.0.0.0/0"]).reasons == ["network_not_allowed"]
}

test_an_address_that_cannot_be_read_is_refused if {
	unreadable := [
		"",
		"127.0.0.1",
		":40000",
		"localhost:40000",
		"127.1:40000",
		"127.0.0.1/32:40000",
		"fe80::1%eth0:40000",
		"127.0.0.1:40000:",
		"127.0.0.1 :40000",
		"010.0.0.1:40000",
	]
	every address in unreadable {
		from_address(address, ["0.0.0.0/0", "::/0"]).reasons == ["network_not_allowed"]
	}
}

test_networks_that_cannot_be_read_hold_nobody if {
	under_each(
		[{"networks": networks} |
			some networks in [[], null, false, "127.0.0.0/8", {"a": "127.0.0.0/8"}, ["127.0.0.0/33"], ["any"], [""], [1]]
		],
		"network_not_allowed",
	)
}

test_an_address_inside_makes_up_for_nothing_else if {
	decide_under(object.union(place_order, {"token": null}), {"networks": loopback}).reasons == ["user_required"]
	decide_under(with_token(place_order, {"blocked": true}), {"networks": loopback}).reasons == ["user_blocked"]
	stranger := decide_under(object.union(exchange, {"peer": id("payment")}), {"networks": loopback})
	stranger.reasons == ["caller_not_allowed"]
}

# --- how often ---

called(times) := decide_under(object.union(place_order, {"calls_in_window": times}), {"rate_limit": {
	"calls": 3,
	"seconds": 10,
}})

test_the_last_call_of_a_window_is_let_in if {
	called(0).allow == true
	called(3).allow == true
	called(4).reasons == ["rate_exceeded"]
}

test_calls_that_were_not_counted_are_too_many if {
	called(null).reasons == ["rate_exceeded"]
}

test_a_rate_that_cannot_be_read_is_exceeded if {
	limits := [null, false, {}, 3, {"calls": "3"}, {"calls": null}]
	every limit_given in limits {
		question := object.union(place_order, {"calls_in_window": 1})
		decide_with(question, "rate_limit", limit_given).reasons == ["rate_exceeded"]
	}
}

test_without_a_limit_nothing_needs_to_be_counted if {
	allowed(object.union(place_order, {"calls_in_window": 1000000}))
}

# --- for how many ---

came_for(users) := decide_under(object.union(place_order, {"users_in_window": users}), {"distinct_users": {
	"users": 3,
	"seconds": 60,
}})

test_the_last_user_of_a_caller_is_let_in if {
	came_for(0).allow == true
	came_for(3).allow == true
	came_for(4).reasons == ["too_many_users"]
}

test_users_that_were_not_counted_are_too_many if {
	came_for(null).reasons == ["too_many_users"]
}

test_a_limit_of_users_that_cannot_be_read_lets_nobody_in if {
	limits := [null, false, {}, 3, {"users": "3"}, {"users": null}]
	every limit_given in limits {
		question := object.union(place_order, {"users_in_window": 1})
		decide_with(question, "distinct_users", limit_given).reasons == ["too_many_users"]
	}
}

test_without_a_limit_no_users_need_to_be_counted if {
	allowed(object.union(place_order, {"users_in_window": 1000000}))
}
