//go:build tools

// Package tools pins the Vault programs that the native stack runs, so that go.sum covers every module in them.
package tools

import (
	_ "github.com/hashicorp/vault"
	_ "github.com/hashicorp/vault/plugins/database/postgresql/postgresql-database-plugin"
)
