package config

import (
	"strings"
	"testing"
)

func TestURL(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ listen, base, want string }{
		{"127.0.0.1:8080", "", "http://localhost:8080"},
		{"192.0.2.1:8080", "", "http://192.0.2.1:8080"},
		{":8080", "", "http://localhost:8080"},
		{":8080", "https://table.example.org/", "https://table.example.org"},
		{"8080", "", ""},
		{":8080", "table.example.org", ""},
		{":8080", "https://example.org/table", ""},
	} {
		u, err := Server{Listen: test.listen, BaseURL: test.base}.URL()
		if (err != nil) != (test.want == "") || (err == nil && u.String() != test.want) {
			t.Errorf("listen %q, base %q: %v, %v; want %q", test.listen, test.base, u, err, test.want)
		}
	}
	if u, err := (Server{Listen: ":8443", TLSCert: "a", TLSKey: "b"}).URL(); err != nil || u.String() != "https://localhost:8443" {
		t.Errorf("with a certificate: %v, %v", u, err)
	}
	if u, err := (Server{Listen: ":8443", TLSCert: "a", BaseURL: "http://example.org"}).URL(); err == nil {
		t.Errorf("http with a certificate: %v, want it refused", u)
	}
}

func TestOIDC(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		given OIDC
		on    bool
		wrong string
	}{
		{OIDC{}, false, ""},
		{OIDC{Issuer: "https://login.example.org/staff", ClientID: "table"}, true, ""},
		{OIDC{Issuer: "http://127.0.0.1:9000", ClientID: "table"}, true, ""},
		{OIDC{Issuer: "https://login.example.org"}, false, "--oidc-client-id: is missing"},
		{OIDC{ClientID: "table"}, false, "--oidc-issuer: is missing"},
		{OIDC{ClientSecret: "x"}, false, "--oidc-issuer: is missing"},
		{OIDC{Issuer: "http://login.example.org", ClientID: "table"}, false, "is not https://NAME"},
		{OIDC{Issuer: "login.example.org", ClientID: "table"}, false, "is not https://NAME"},
		{OIDC{Issuer: "https://login.example.org/?a=b", ClientID: "table"}, false, "is not https://NAME"},
	} {
		on, err := test.given.Given()
		if on != test.on || (err == nil) != (test.wrong == "") || err != nil && !strings.Contains(err.Error(), test.wrong) {
			t.Errorf("%+v: %v, %v; want %v, %q", test.given, on, err, test.on, test.wrong)
		}
	}
}
