// Command cilium-policy says what CiliumNetworkPolicies let through, by means of Cilium's own policy engine and without a
// cluster. It is how the manifests are compared with the access graph by something that nobody here wrote.
package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"

	crds "github.com/cilium/cilium/pkg/k8s/apis/cilium.io/client/crds/v2"
)

// What `--version` prints: Cilium's own version, and a number that grows with every change to this program.
const version = "1.20.2-1"

const usage = "usage: cilium-policy connections < QUESTION | crd"

// Misuse, and a policy that Cilium would not take, are errors; what is refused is left out of the answer.
func main() {
	if len(os.Args) != 2 {
		fail(usage)
	}
	switch os.Args[1] {
	case "--version":
		fmt.Println(version)
	case "crd":
		schema, err := crds.EmbedFS.ReadFile("ciliumnetworkpolicies.yaml")
		if err != nil {
			fail(err)
		}
		os.Stdout.Write(schema)
	case "connections":
		var asked question
		if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
			fail(err)
		}
		// Cilium tells of every policy that it takes.
		found, err := connections(slog.New(slog.DiscardHandler), asked)
		if err != nil {
			fail(err)
		}
		json.NewEncoder(os.Stdout).Encode(found)
	default:
		fail(usage)
	}
}

func fail(why any) {
	fmt.Fprintln(os.Stderr, why)
	os.Exit(1)
}
