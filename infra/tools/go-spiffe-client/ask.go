package main

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"time"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/svid/jwtsvid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

type x509Svid struct {
	SpiffeID     string    `json:"spiffeId"`
	Hint         string    `json:"hint"`
	Names        []string  `json:"dnsNames"`
	SerialNumber string    `json:"serialNumber"`
	NotAfter     time.Time `json:"notAfter"`
}

// All of them in the server's order. Each is verified with the bundles that came along.
func x509Svids(ctx context.Context, client *workloadapi.Client) ([]x509Svid, error) {
	got, err := client.FetchX509Context(ctx)
	if err != nil {
		return nil, err
	}
	return verified(got)
}

func verified(got *workloadapi.X509Context) ([]x509Svid, error) {
	svids := []x509Svid{}
	for _, svid := range got.SVIDs {
		if _, _, err := x509svid.Verify(svid.Certificates, got.Bundles); err != nil {
			return nil, err
		}
		leaf := svid.Certificates[0]
		svids = append(svids, x509Svid{
			SpiffeID:     svid.ID.String(),
			Hint:         svid.Hint,
			Names:        append([]string{}, leaf.DNSNames...),
			SerialNumber: leaf.SerialNumber.Text(16),
			NotAfter:     leaf.NotAfter,
		})
	}
	return svids, nil
}

// The SHA-256 of each authority's certificate, by trust domain.
func x509Bundles(ctx context.Context, client *workloadapi.Client) (map[string][]string, error) {
	bundles, err := client.FetchX509Bundles(ctx)
	if err != nil {
		return nil, err
	}
	return fingerprints(bundles), nil
}

func fingerprints(bundles *x509bundle.Set) map[string][]string {
	byDomain := map[string][]string{}
	for _, bundle := range bundles.Bundles() {
		byDomain[bundle.TrustDomain().Name()] = sums(bundle.X509Authorities())
	}
	return byDomain
}

func sums(certificates []*x509.Certificate) []string {
	list := []string{}
	for _, certificate := range certificates {
		sum := sha256.Sum256(certificate.Raw)
		list = append(list, hex.EncodeToString(sum[:]))
	}
	return list
}

type jwtSvid struct {
	SpiffeID string   `json:"spiffeId"`
	Hint     string   `json:"hint"`
	Audience []string `json:"audience"`
	Token    string   `json:"token"`
}

// One for each identity. Each is verified here, with the server's JWT bundles.
func jwtSvids(ctx context.Context, client *workloadapi.Client, audience string) ([]jwtSvid, error) {
	got, err := client.FetchJWTSVIDs(ctx, jwtsvid.Params{Audience: audience})
	if err != nil {
		return nil, err
	}
	bundles, err := client.FetchJWTBundles(ctx)
	if err != nil {
		return nil, err
	}
	svids := []jwtSvid{}
	for _, svid := range got {
		if _, err := jwtsvid.ParseAndValidate(svid.Marshal(), bundles, []string{audience}); err != nil {
			return nil, err
		}
		svids = append(svids, jwtSvid{svid.ID.String(), svid.Hint, svid.Audience, svid.Marshal()})
	}
	return svids, nil
}

// The id of each key, by trust domain.
func jwtBundles(ctx context.Context, client *workloadapi.Client) (map[string][]string, error) {
	bundles, err := client.FetchJWTBundles(ctx)
	if err != nil {
		return nil, err
	}
	byDomain := map[string][]string{}
	for _, bundle := range bundles.Bundles() {
		ids := []string{}
		for id := range bundle.JWTAuthorities() {
			ids = append(ids, id)
		}
		byDomain[bundle.TrustDomain().Name()] = ids
	}
	return byDomain, nil
}

// The server says whether the token is good.
func validate(ctx context.Context, client *workloadapi.Client, audience, token string) (*jwtSvid, error) {
	svid, err := client.ValidateJWTSVID(ctx, token, audience)
	if err != nil {
		return nil, err
	}
	return &jwtSvid{svid.ID.String(), svid.Hint, svid.Audience, token}, nil
}

// Prints a line for each update and for each trouble, until it is stopped.
func watch(ctx context.Context, client *workloadapi.Client) error {
	return client.WatchX509Context(ctx, printer{})
}

type printer struct{}

func (printer) OnX509ContextUpdate(got *workloadapi.X509Context) {
	svids, err := verified(got)
	if err != nil {
		printer{}.OnX509ContextWatchError(err)
		return
	}
	show(svids)
}

func (printer) OnX509ContextWatchError(err error) {
	show(map[string]string{"error": err.Error()})
}
