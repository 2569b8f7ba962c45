//go:build tools

// Package tools pins the SPIRE programs that the native stack runs, so that go.sum covers every module in them.
package tools

import (
	_ "github.com/spiffe/spire/cmd/spire-agent"
	_ "github.com/spiffe/spire/cmd/spire-server"
)
