// Package config is what an operator decides: where the data is, where to
// listen, how the site is reached. Each flag falls back to a COMMONTABLE_…
// variable; with none at all the program runs on SQLite in ./data.
package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"

	"commontable/internal/fault"
)

// A Database says where the data is.
type Database struct {
	Database               string `help:"Where the data is: sqlite:FILE or postgres://…" default:"sqlite:./data/commontable.db" env:"COMMONTABLE_DATABASE" placeholder:"DSN"`
	AllowNetworkFileSystem bool   `help:"Use an SQLite file on a network file system all the same. It can lose what was saved." env:"COMMONTABLE_ALLOW_NETWORK_FILE_SYSTEM"`
}

// A CheckpointKey says where the private key of checkpoints is kept.
type CheckpointKey struct {
	CheckpointKey string `help:"File of the private key that signs checkpoints. Without it: beside the SQLite file; with PostgreSQL none are made." env:"COMMONTABLE_CHECKPOINT_KEY" placeholder:"FILE"`
}

// A Server says where and how the site is reached.
type Server struct {
	Listen  string `help:"Address and port to listen on." default:"127.0.0.1:8080" env:"COMMONTABLE_LISTEN"`
	Contact string `help:"Where to report a weakness, for security.txt: mailto:… or https://…" env:"COMMONTABLE_CONTACT" placeholder:"URI"`
	Help    string `help:"Whom people ask for help, in a sentence that stands at the foot of every page." env:"COMMONTABLE_HELP" placeholder:"WORDS" name:"help-line"`
	BaseURL string `help:"How people reach the site, such as https://example.org. Without it, http (or with a certificate https) at the address listened on." env:"COMMONTABLE_BASE_URL" placeholder:"URL"`
	TLSCert string `help:"File of a certificate and its chain (PEM), to serve https without a proxy. It is read again when it changes." name:"tls-cert" env:"COMMONTABLE_TLS_CERT" placeholder:"FILE"`
	TLSKey  string `help:"File of the certificate’s private key (PEM)." name:"tls-key" env:"COMMONTABLE_TLS_KEY" placeholder:"FILE"`
	Metrics string `help:"Address and port at which Prometheus may read /metrics. Without it, only this machine may, at the address listened on." env:"COMMONTABLE_METRICS" placeholder:"ADDRESS:PORT"`

	TrustedProxy []netip.Prefix `help:"Addresses of proxies in front of the site, such as 127.0.0.1/32: what they say of where a request comes from is believed, and nobody else’s word." env:"COMMONTABLE_TRUSTED_PROXY" placeholder:"CIDR"`
}

// URL is how people reach the site, without a slash at its end.
func (s Server) URL() (*url.URL, error) {
	scheme := "http"
	if s.TLSCert != "" || s.TLSKey != "" {
		scheme = "https"
	}
	if s.BaseURL == "" {
		host, port, err := net.SplitHostPort(s.Listen)
		if err != nil {
			return nil, fault.Invalid{{Field: "--listen", Words: fmt.Sprintf("%q is not ADDRESS:PORT, such as 127.0.0.1:8080", s.Listen)}}
		}
		// A browser keeps passkeys for a name, never for a number.
		if ip, err := netip.ParseAddr(host); host == "" || err == nil && (ip.IsUnspecified() || ip.IsLoopback()) {
			host = "localhost"
		}
		return &url.URL{Scheme: scheme, Host: net.JoinHostPort(host, port)}, nil
	}
	u, err := url.Parse(s.BaseURL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || (u.Path != "" && u.Path != "/") || u.RawQuery != "" {
		return nil, fault.Invalid{{Field: "--base-url", Words: fmt.Sprintf("%q is not https://NAME, with no path", s.BaseURL)}}
	}
	if scheme == "https" && u.Scheme != scheme {
		return nil, fault.Invalid{{Field: "--base-url", Words: fmt.Sprintf("%q is not https, and a certificate is given", s.BaseURL)}}
	}
	u.Path = ""
	return u, nil
}

// A Mail says how mail is sent.
type Mail struct {
	SMTP     string `help:"Where email is handed in: smtp://USER:PASSWORD@HOST:587. Without it, email waits." name:"smtp" env:"COMMONTABLE_SMTP" placeholder:"URL"`
	MailFrom string `help:"Whom email is from, such as Common Table <table@example.org>." env:"COMMONTABLE_MAIL_FROM" placeholder:"ADDRESS"`
}

// An OIDC says with which provider of OpenID Connect the funder's staff may sign
// in, if with any.
type OIDC struct {
	Issuer       string `help:"Lets staff sign in with your directory (OpenID Connect): the address of its issuer, such as https://login.example.org" name:"oidc-issuer" env:"COMMONTABLE_OIDC_ISSUER" placeholder:"URL"`
	ClientID     string `help:"What your directory calls this site." name:"oidc-client-id" env:"COMMONTABLE_OIDC_CLIENT_ID" placeholder:"ID"`
	ClientSecret string `help:"The secret your directory gave for this site. Give it by the variable: who is on the machine can read flags." name:"oidc-client-secret" env:"COMMONTABLE_OIDC_CLIENT_SECRET" placeholder:"SECRET"`
	Name         string `help:"What people call your directory: the button says “Sign in with NAME”." name:"oidc-name" env:"COMMONTABLE_OIDC_NAME" placeholder:"NAME"`
}

// Given reports whether staff may sign in with a provider, or what is missing.
func (o OIDC) Given() (bool, error) {
	if o == (OIDC{}) {
		return false, nil
	}
	var wrong fault.Invalid
	switch u, err := url.Parse(o.Issuer); {
	case o.Issuer == "":
		wrong.Add("--oidc-issuer", "is missing: to sign in with a directory takes --oidc-issuer and --oidc-client-id together")
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || (u.Scheme != "https" && (u.Scheme != "http" || !onThisMachine(u.Hostname()))):
		wrong.Add("--oidc-issuer", fmt.Sprintf("%q is not https://NAME, with or without a path", o.Issuer))
	}
	if o.ClientID == "" {
		wrong.Add("--oidc-client-id", "is missing: to sign in with a directory takes --oidc-issuer and --oidc-client-id together")
	}
	return len(wrong) == 0, wrong.OrNil()
}

func onThisMachine(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
