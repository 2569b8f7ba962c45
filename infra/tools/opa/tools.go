//go:build tools

// Package tools pins the opa program that compiles and tests the policy.
package tools

import _ "github.com/open-policy-agent/opa"
