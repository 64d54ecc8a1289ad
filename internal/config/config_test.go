package config

import "testing"

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
