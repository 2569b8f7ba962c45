//go:build tools

// Package tools pins Dex, the OpenID Connect issuer with which `zt up --user-issuer dex` takes users' tokens.
package tools

import _ "github.com/dexidp/dex/cmd/dex"
