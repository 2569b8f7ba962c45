//go:build tools

// Package tools pins the modules in which Istio and SPIRE's controller manager publish the schemas of their objects.
package tools

import (
	_ "github.com/spiffe/spire-controller-manager/api/v1alpha1"
	_ "istio.io/api/annotation"
)
