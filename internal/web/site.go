package web

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/a-h/templ"
	"github.com/alexedwards/scs/v2"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// A Site is what all pages of one installation share.
type Site struct {
	Log           *slog.Logger
	Now           func() time.Time
	IDs           *id.Maker
	Sessions      *scs.SessionManager
	Secure        bool   // reached by https alone
	Contact       string // where to report a weakness: mailto: or https:; "" where nobody said
	Help          string // who helps people, in a sentence; kind words stand in where nobody said
	Demonstration bool
	MailWaits     bool           // nobody said where mail is handed in
	Proxies       []netip.Prefix // whose word for where a request comes from is taken; none unless somebody said
	// The rooms of the menus: addresses are put behind that of the service.
	Rooms, AreaRooms, ProgrammeRooms []Link
	RoomNeeds                        map[Link]access.Permission // of those that are not in everybody’s menu
	// OrganisationRooms are in the menus of those who wear a hat in an organisation,
	// outside areas: addresses are put behind that of the organisation.
	OrganisationRooms []Link
	// AreaNow tells what the frame of every page of the area with this slug says to
	// somebody. It is asked once, as the page is drawn.
	AreaNow func(ctx context.Context, slug string, by access.Actor) (AreaNow, error)
	// Version names the state of all that a public page is drawn of. Without it
	// no page is kept: see Keep.
	Version func(*http.Request) (string, error)
	kept    larder
	// Saw is told of each request, by its route's pattern; nil where nobody counts.
	Saw func(pattern string, status int, took time.Duration)
}

// AreaNow is what the frame of an area's page says.
type AreaNow struct {
	Closed Link // why it is closed for a while, and where that is explained; no words where it is open
	Holds  bool // whoever looks does so for the organisation that holds its money
}

// NewForm names a form that is about to be shown, so that sent twice it counts once.
func (s *Site) NewForm() string { return id.New[string](s.IDs) }

// Today is the day it is now.
func (s *Site) Today() date.Date { return date.Of(s.Now()) }

// Shell is the frame of a page that belongs to no area or programme.
func (s *Site) Shell(r *http.Request, by access.Actor, title string) Shell {
	shell := Shell{Title: title, Demonstration: s.Demonstration, Day: s.Today().Full(), Help: s.Help, Who: whoIs(by)}
	shell.Notice = s.notice(r)
	for _, room := range s.Rooms {
		if !s.seesRoom(by, Link{}, room) {
			continue
		}
		shell.Nav = append(shell.Nav, NavItem{Text: room.Text, Href: room.Href, Current: room.Href == r.URL.Path})
	}
	for _, room := range s.RoomsOfTheirs(by) {
		shell.Nav = append(shell.Nav, NavItem{Text: room.Text, Href: room.Href, Current: room.Href == r.URL.Path})
	}
	return shell
}

// RoomsOfTheirs are the rooms of the organisation in which somebody wears their hat,
// for which it gives them what the room needs.
func (s *Site) RoomsOfTheirs(by access.Actor) (all []Link) {
	for _, room := range s.OrganisationRooms {
		if by.Hat.Scope == access.InOrganisation && by.Holds(s.RoomNeeds[room]) {
			all = append(all, Link{Text: room.Text, Href: "/organisations/" + by.At + room.Href})
		}
	}
	return all
}

// ShellIn is the frame of a page in an area, a programme or another service:
// its name and address, the rooms it has, and the room that the page is in. A
// room that is in the menu of the whole too keeps its address there.
func (s *Site) ShellIn(r *http.Request, by access.Actor, title string, service Link, rooms []Link, current string) Shell {
	shell := s.Shell(r, by, title)
	shell.Service = service
	slug, inArea := strings.CutPrefix(service.Href, "/areas/")
	if inArea && s.AreaNow != nil {
		shell.now = &areaNow{ask: func(ctx context.Context) (AreaNow, error) { return s.AreaNow(ctx, slug, by) }}
	}
	shell.Nav = nil
	for _, room := range rooms {
		holds := s.seesAsHolder(by, room) && inArea
		if !holds && !s.seesRoom(by, service, room) {
			continue
		}
		href := service.Href + room.Href
		if slices.Contains(s.Rooms, room) {
			href = room.Href
		}
		shell.Nav = append(shell.Nav, NavItem{Text: room.Text, Href: href, Current: room.Text == current, holders: holds})
	}
	return shell
}

// seesRoom reports whether a room is in somebody's menu: one that needs a
// permission only where they have it, in the place that the menu is of.
func (s *Site) seesRoom(by access.Actor, service, room Link) bool {
	needs, guarded := s.RoomNeeds[room]
	if !guarded {
		return true
	}
	if service.Href != "" && by.Hat.Scope == access.InOrganisation {
		return false // unless it holds the money of the area: seesAsHolder
	}
	return by.Holds(needs) && (service.Href == "" || by.Hat.Scope != access.InArea || service.Href == "/areas/"+by.At)
}

// seesAsHolder reports whether a room of an area is in somebody's menu where their
// organisation holds its money. Whether it does is asked as the page is drawn.
func (s *Site) seesAsHolder(by access.Actor, room Link) bool {
	needs, guarded := s.RoomNeeds[room]
	return guarded && by.Hat.Scope == access.InOrganisation && by.Holds(needs)
}

func whoIs(by access.Actor) *Who {
	if !by.SignedIn() {
		return nil
	}
	return &Who{Name: by.Name, Initials: initials(by.Name), Role: by.Title, Href: "/hats"}
}

// Show draws a page into memory and sends it only if nothing failed.
func (s *Site) Show(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error {
	if r.Header.Get("Cookie") != "" && s.notice(r) != "" {
		http.SetCookie(w, s.noticeCookie("", -1)) // it is said once
	}
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if err := page.Render(r.Context(), b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Add("Vary", "Accept-Encoding")
	if b.Len() < 1024 || !takesGzip(r.Header.Get("Accept-Encoding")) {
		w.WriteHeader(status)
		_, err := b.WriteTo(w)
		return err
	}
	w.Header().Set("Content-Encoding", "gzip")
	w.WriteHeader(status)
	z := zippers.Get().(*gzip.Writer)
	defer zippers.Put(z)
	z.Reset(w)
	_, err := b.WriteTo(z)
	return errors.Join(err, z.Close())
}

// A page is drawn into a buffer that was used before, and packed by a packer
// that was: a new packer costs nearly a megabyte, which is more than the page.
var (
	buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
	zippers = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}
)

// Done says what was done and goes on to a page that shows it: to its head, whatever part of it next names, for what is
// said stands there.
func (s *Site) Done(w http.ResponseWriter, r *http.Request, words, next string) error {
	http.SetCookie(w, s.noticeCookie(words, 60))
	head, _, _ := strings.Cut(next, "#")
	http.Redirect(w, r, head, http.StatusSeeOther)
	return nil
}

// What is said at the head of the next page travels in a cookie of a minute: to
// keep it with the session would be a second wait for the disk after everything
// that is done, and a third when it is read.
func (s *Site) noticeCookie(words string, seconds int) *http.Cookie {
	words = strings.ToValidUTF8(words[:min(len(words), longestNotice)], "")
	return &http.Cookie{ //nolint:gosec // Secure is as the site is reached
		Name: s.noticeName(), Value: base64.RawURLEncoding.EncodeToString([]byte(words)), Path: "/", MaxAge: seconds,
		Secure: s.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

const longestNotice = 1000

func (s *Site) noticeName() string {
	if s.Secure {
		return "__Host-notice" // which no other host can set
	}
	return "notice"
}

func (s *Site) notice(r *http.Request) string {
	c, err := r.Cookie(s.noticeName())
	if err != nil {
		return ""
	}
	words, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || len(words) > longestNotice || !utf8.Valid(words) {
		return ""
	}
	return string(words)
}

// answer turns an error into a page, or for a program into a Problem.
func (s *Site) answer(w http.ResponseWriter, r *http.Request, by access.Actor, err error) {
	status, p := problemOf(err)
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "120")
		s.Log.ErrorContext(r.Context(), "the database is not available", "method", r.Method, "path", loggedPath(r), "error", err)
	}
	if status == http.StatusInternalServerError {
		s.Log.ErrorContext(r.Context(), "request failed", "method", r.Method, "path", loggedPath(r), "error", err)
	}
	if ForPrograms(r.URL.Path) {
		s.answerProgram(w, r, err)
		return
	}
	if errors.Is(err, fault.Unsure) {
		p.sure = sureFrom(r)
	}
	p.back = waysBack(r, status)
	shell := s.Shell(r, by, p.title)
	shell.NoIndex = true
	if err := s.Show(w, r, status, problemPage(shell, p)); err != nil && r.Context().Err() == nil { // who went away needs none
		s.Log.ErrorContext(r.Context(), "cannot show the problem page", "error", err)
	}
}

// problemOf alone knows which kind of error is which status.
func problemOf(err error) (status int, p problem) {
	invalid, isInvalid := errors.AsType[fault.Invalid](err)
	refused, isRefused := errors.AsType[Refusal](err)
	_, tooLarge := errors.AsType[*http.MaxBytesError](err)
	switch {
	case isRefused:
		return refused.Status, problem{title: "This was not taken", words: refused.Words, wrong: refused.Fields}
	case isInvalid:
		return http.StatusUnprocessableEntity, problem{title: "Check what you entered", wrong: invalid}
	case errors.Is(err, errUnreadable):
		return http.StatusBadRequest, problem{title: "This could not be read", words: "What was sent is not a form of ours. Open the page again, and send it from there."}
	case tooLarge:
		return http.StatusRequestEntityTooLarge, problem{title: "That is too much at once", words: "Send less, or in several parts."}
	case errors.Is(err, errSignIn):
		return http.StatusUnauthorized, problem{title: "Sign in first", words: "You are not signed in, or no longer. Nothing was changed. Go back to keep what you typed, sign in on another page, and send it again."}
	case errors.Is(err, fault.NotFound):
		return http.StatusNotFound, problem{title: "This page is not here", words: cmp.Or(fault.Public(err), "The address may be mistyped, or the page is not one that you may see.")}
	case errors.Is(err, fault.Unsure):
		return http.StatusForbidden, problem{title: "Use your passkey to go on", words: fault.Public(err)}
	case errors.Is(err, fault.Forbidden):
		return http.StatusForbidden, problem{title: "You cannot do this", words: fault.Public(err)}
	case errors.Is(err, fault.Conflict):
		return http.StatusConflict, problem{title: "This cannot be done now", words: fault.Public(err)}
	case errors.Is(err, fault.Unavailable):
		return http.StatusServiceUnavailable, problem{title: "Try again in a few minutes", words: fault.Public(err)}
	}
	return http.StatusInternalServerError, problem{
		title: "Something went wrong", words: "It is our fault, and it has been noted. Nothing was changed. Go back and try again in a minute.",
	}
}

// problem is what a page says where something could not be done.
type problem struct {
	title, words string
	wrong        fault.Invalid
	sure         *sure // where a passkey lets one go on
	back         []Link
}

// waysBack are the ways out of a page on which nothing could be done: to where the
// person came from on this site, to the area that it is about, and to the front.
// The Referer is whatever a browser says: of it only the path is used, and only
// where it names this host.
func waysBack(r *http.Request, status int) []Link {
	var ways []Link
	add := func(words, href string) {
		if !slices.ContainsFunc(ways, func(l Link) bool { return l.Href == href }) {
			ways = append(ways, Link{words, href})
		}
	}
	if back := cameFrom(r); back != "/" && (r.Method != http.MethodGet || back != r.URL.RequestURI()) {
		add("Go back to where you were", back)
	}
	if slug := r.PathValue("area"); slug != "" && status != http.StatusNotFound {
		add("Go to the area’s page", "/areas/"+url.PathEscape(slug))
	}
	add("Go to the front page", "/")
	return ways
}

func initials(name string) string {
	var out []rune
	for word := range strings.FieldsSeq(name) {
		out = append(out, []rune(word)[0])
	}
	if len(out) > 2 {
		out = []rune{out[0], out[len(out)-1]}
	}
	return string(out)
}
