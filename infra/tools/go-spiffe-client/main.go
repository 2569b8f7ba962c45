// Command go-spiffe-client asks a SPIFFE Workload API by means of go-spiffe and prints as JSON what it got. It is how
// the tests see that a server of theirs serves a client which nobody here wrote.
package main

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

// What `--version` prints: go-spiffe's own version, and a number that grows with every change to this program.
const version = "2.9.0-1"

// Printed by `--source`, for the tests to compare with the checkout: a client of another source proves nothing about this one.
//
//go:embed *.go
var source embed.FS

const usage = "usage: go-spiffe-client SOCKET x509-svids | x509-bundles | jwt-svids AUDIENCE | jwt-bundles | validate AUDIENCE TOKEN | watch"

// An answer of any kind is printed, a refusal as {"error": …}: only misuse is an error to whoever started this.
func main() {
	if len(os.Args) == 2 && os.Args[1] == "--version" {
		fmt.Println(version)
		return
	}
	if len(os.Args) == 2 && os.Args[1] == "--source" {
		showSource()
		return
	}
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, usage)
		os.Exit(2)
	}
	answer, err := ask(os.Args[1], os.Args[2], os.Args[3:])
	if errors.Is(err, errMisused) {
		fmt.Fprintln(os.Stderr, usage)
		os.Exit(2)
	}
	if err != nil {
		answer = map[string]string{"error": err.Error()}
	}
	show(answer)
}

var errMisused = errors.New("no such question")

func ask(socket, question string, args []string) (any, error) {
	ctx := context.Background()
	client, err := workloadapi.New(ctx, workloadapi.WithAddr(socket))
	if err != nil {
		return nil, err
	}
	defer client.Close()
	if question == "watch" {
		return nil, watch(ctx, client)
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	switch {
	case question == "x509-svids" && len(args) == 0:
		return x509Svids(ctx, client)
	case question == "x509-bundles" && len(args) == 0:
		return x509Bundles(ctx, client)
	case question == "jwt-svids" && len(args) == 1:
		return jwtSvids(ctx, client, args[0])
	case question == "jwt-bundles" && len(args) == 0:
		return jwtBundles(ctx, client)
	case question == "validate" && len(args) == 2:
		return validate(ctx, client, args[0], args[1])
	}
	return nil, errMisused
}

func showSource() {
	files, _ := source.ReadDir(".")
	for _, file := range files {
		text, _ := source.ReadFile(file.Name())
		os.Stdout.Write(text)
	}
}

func show(answer any) {
	if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
