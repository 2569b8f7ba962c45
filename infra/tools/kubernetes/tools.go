//go:build tools

// Package tools pins the programs that validate the manifests, and that compute what their NetworkPolicies let through.
package tools

import (
	_ "github.com/mattfenwick/cyclonus/cmd/cyclonus"
	_ "sigs.k8s.io/kubectl-validate"
)
