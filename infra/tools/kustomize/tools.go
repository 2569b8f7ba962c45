//go:build tools

// Package tools pins the kustomize that builds the manifests' overlays.
package tools

import _ "sigs.k8s.io/kustomize/kustomize/v5"
