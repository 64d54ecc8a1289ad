// Package web is what every page has in common: how a route is declared and who
// may use it, how an error becomes an answer, how a page is drawn, and the parts
// that pages are made of. It knows no part of the domain.
package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"commontable/internal/access"
	"commontable/internal/fault"
)

// A Handler answers one request on behalf of one person. What it returns as an
// error it has not answered: the router does.
type Handler func(w http.ResponseWriter, r *http.Request, by access.Actor) error

// A Route is one thing that can be asked of the program, and the policy without
// which it is not even tried. What depends on the thing asked about is decided
// in the domain.
type Route struct {
	Pattern string // as for http.ServeMux: "GET /areas/{area}/money"
	Policy  Policy
	Do      Handler
	// Seen says whether what a request is about is there for who asks, where their
	// hat allows them to see such things in some place: fault.NotFound where not.
	// It is asked before what they may do: of another's place nothing is forbidden,
	// it is not there. A route whose handler says so itself needs none.
	Seen func(r *http.Request, by access.Actor) error
	// MostBody is the most that is read of what is sent, in bytes: 0 for a
	// megabyte, which is enough for any form. A route that takes files says more,
	// and has more time to read it.
	MostBody int64
}

// A Policy says who may use a route at all. Make one with Public, SignedIn or
// Needs: the zero Policy is refused when the program starts.
type Policy struct {
	kind     policyKind
	See, May access.Permission
}

type policyKind string

const (
	forAnyone   policyKind = "anyone"
	forSignedIn policyKind = "signed in"
	forHolders  policyKind = "permission"
	forMachine  policyKind = "programs on this machine"
)

// Public is for what anyone may see, signed in or not.
func Public() Policy { return Policy{kind: forAnyone} }

// SignedIn is for anyone who is signed in.
func SignedIn() Policy { return Policy{kind: forSignedIn} }

// FromHere is for programs on the same machine, whoever they are: for all others,
// and for who comes through a proxy, there is no such thing (404).
func FromHere() Policy { return Policy{kind: forMachine} }

// Needs is for what only some may do, on a page whose being there is no secret:
// without the permission it is forbidden (403).
func Needs(may access.Permission) Policy { return Policy{kind: forHolders, May: may} }

// Hidden is for what does not exist (404) for those who may not see it, and of
// those who may is forbidden (403) to all without the further permission; may is
// "" where seeing is enough.
func Hidden(see, may access.Permission) Policy { return Policy{kind: forHolders, See: see, May: may} }

// String is the policy in words, for the table of routes.
func (p Policy) String() string {
	switch {
	case p.kind == forMachine:
		return string(p.kind) + ", else hidden"
	case p.kind != forHolders:
		return string(p.kind)
	case p.See == "":
		return "may " + string(p.May)
	case p.May == "":
		return "may " + string(p.See) + ", else hidden"
	}
	return "may " + string(p.May) + "; hidden unless may " + string(p.See)
}

// Answer is the status with which the router turns an actor away, or 0 where
// the handler is tried.
func (p Policy) Answer(method string, by access.Actor) int {
	switch {
	case p.kind == forAnyone, p.kind == forMachine, p.kind == forSignedIn && by.SignedIn():
		return 0
	case !by.SignedIn() && method == http.MethodGet:
		return http.StatusSeeOther
	case !by.SignedIn():
		return http.StatusUnauthorized
	case p.See != "" && !by.Holds(p.See):
		return http.StatusNotFound
	case p.May != "" && !by.Holds(p.May):
		return http.StatusForbidden
	}
	return 0
}

// Answer is the policy's, but that a program is told to send a token and not
// sent to a page.
func (r Route) Answer(by access.Actor) int {
	method, path, _ := strings.Cut(r.Pattern, " ")
	status := r.Policy.Answer(method, by)
	if status == http.StatusSeeOther && ForPrograms(path) {
		return http.StatusUnauthorized
	}
	return status
}

// Identify finds out who makes a request.
type Identify func(*http.Request) (access.Actor, error)

// Router serves routes, with the guard before everything: before the session is
// read too, which may fail. A pattern given twice, or one without a policy, is a panic
// at start.
func (s *Site) Router(who Identify, routes ...Route) http.Handler {
	mux := http.NewServeMux()
	for _, route := range routes {
		if route.Policy.kind == "" {
			panic("web: " + route.Pattern + " has no policy")
		}
		mux.HandleFunc(route.Pattern, s.serve(who, route))
	}
	mux.HandleFunc("/", s.serve(who, Route{Policy: Public(), Do: func(http.ResponseWriter, *http.Request, access.Actor) error { return fault.NotFound }}))
	mux.Handle("GET /assets/", Assets())
	var next http.Handler = mux
	if s.Sessions != nil {
		s.Sessions.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
			s.answer(w, r, access.Actor{}, fmt.Errorf("session: %w", err))
		}
		next = s.Sessions.LoadAndSave(mux)
	}
	return s.guard(next, mux)
}

func (s *Site) serve(who Identify, route Route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		by, err := who(r)
		if err == nil && route.Policy.kind == forMachine && !fromHere(r) {
			err = fault.NotFound
		}
		if err != nil {
			s.answer(w, r, by, err)
			return
		}
		cacheable(w, r, by)
		bound(w, r, route.MostBody)
		answer := route.Answer(by)
		if route.Seen != nil && (answer == 0 || answer == http.StatusForbidden) {
			if err := route.Seen(r, by); err != nil {
				s.answer(w, r, by, err)
				return
			}
		}
		switch answer {
		case 0:
			if route.MostBody > mostBody {
				giveTime(w)
			}
			err = route.Do(w, r, by)
		case http.StatusSeeOther:
			http.Redirect(w, r, "/sign-in?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		case http.StatusUnauthorized:
			err = errSignIn
		case http.StatusNotFound:
			err = fault.NotFound
		default:
			err = by.Must(route.Policy.May, access.Place{})
		}
		if err != nil {
			s.answer(w, r, by, err)
		}
	}
}

// giveTime lets a long upload come in. Where the server under it keeps no time,
// as in a test, there is none to give.
func giveTime(w http.ResponseWriter) {
	until := time.Now().Add(slowUpload) //nolint:forbidigo // the server's deadline is no part of the domain's time
	c := http.NewResponseController(w)
	_ = c.SetReadDeadline(until)
	_ = c.SetWriteDeadline(until.Add(time.Minute))
}

// What somebody signed in sees is kept nowhere; what is public is asked for anew.
func cacheable(w http.ResponseWriter, r *http.Request, by access.Actor) {
	if by.SignedIn() {
		w.Header().Set("Cache-Control", "no-store")
	} else {
		w.Header().Set("Cache-Control", "no-cache")
	}
	if ForPrograms(r.URL.Path) {
		w.Header().Add("Vary", "Authorization")
	} else {
		w.Header().Add("Vary", "Cookie")
	}
}

const mostBody = 1 << 20

// MostFiles is the MostBody of a route that takes files: more than is ever kept,
// so that who sends too much can be told so, on the form that they filled in.
const MostFiles = 100 << 20

// slowUpload is how long files may take to come, over a poor line.
const slowUpload = 10 * time.Minute

// bound puts an end to what is read of a request.
func bound(w http.ResponseWriter, r *http.Request, most int64) {
	if most == 0 {
		most = mostBody
	}
	r.Body = http.MaxBytesReader(w, r.Body, most)
}

// guard is what stands before every route: headers, a bound on what is sent, no
// request from another site, and a calm answer where the program fails. Routes are
// asked for the pattern that a request is counted under.
func (s *Site) guard(next http.Handler, routes *http.ServeMux) http.Handler {
	cross := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now() //nolint:forbidigo // how long a request takes is no part of the domain's time
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-cache") // until something better is known of the answer
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if s.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		seen := &seen{ResponseWriter: w}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { //nolint:errorlint,err113 // the server's own sentinel, compared as it says
					panic(p)
				}
				s.answer(seen, r, access.Actor{}, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
			}
			took := time.Since(began)
			if s.Saw != nil {
				_, pattern := routes.Handler(r)
				s.Saw(pattern, seen.status, took)
			}
			s.Log.LogAttrs(r.Context(), slog.LevelInfo, "request", slog.String("method", r.Method), slog.String("path", loggedPath(r)),
				slog.Int("status", seen.status), slog.Duration("took", took))
		}()
		if !plainText(r.URL) {
			s.answer(seen, r, access.Actor{}, fault.NotFound)
			return
		}
		if err := cross.Check(r); err != nil {
			s.answer(seen, r, access.Actor{}, fault.New(fault.Forbidden, "This was sent from another website, so it was not done. Open the page here and send it again."))
			return
		}
		next.ServeHTTP(seen, r)
	})
}

// loggedPath is the path of a request as it may stand in the log. Under /shared a
// path is itself what opens the page: there only that it was asked for is noted.
func loggedPath(r *http.Request) string {
	if strings.HasPrefix(r.URL.Path, "/shared/") {
		return "/shared/…"
	}
	return r.URL.Path
}

// plainText reports whether an address is of characters that every database
// keeps: whole UTF-8, without NUL.
func plainText(u *url.URL) bool {
	query, err := url.QueryUnescape(u.RawQuery)
	return err == nil && utf8.ValidString(u.Path) && utf8.ValidString(query) && !strings.Contains(u.Path+query, "\x00")
}

// seen remembers the status for the log.
type seen struct {
	http.ResponseWriter
	status int
}

func (s *seen) WriteHeader(status int) {
	if s.status == 0 {
		s.status = status
	}
	s.ResponseWriter.WriteHeader(status)
}

func (s *seen) Write(b []byte) (int, error) {
	if s.status == 0 {
		s.status = http.StatusOK
	}
	return s.ResponseWriter.Write(b)
}

func (s *seen) Unwrap() http.ResponseWriter { return s.ResponseWriter }

var errSignIn = errors.New("sign in first")

// SafeNext is where to go on after signing in: an address of our own, or "/".
func SafeNext(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}
