// Package api is the way in for programs: /api/v1, over the same functions of
// the domain as the pages, and described by OpenAPI.
//
// A slice's …web package registers its operations with Read and Write. Each
// becomes a web.Route with a policy, in the same table as the pages. What is
// written counts once for a key (Idempotency-Key): its answer is kept in the
// transaction that does it, and is given again to who sends it again.
package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/web"
)

// An API gathers operations.
type API struct {
	DB  *db.DB
	Now func() time.Time
	Log *slog.Logger

	site   *web.Site
	huma   huma.API
	doc    *huma.OpenAPI
	routes []web.Route
	limits limits
	finish sync.Once

	waiting   []func() // each has huma read one operation
	described sync.Once
	read      huma.Operation     // that huma read last, with all that it found,
	handle    func(huma.Context) // and what answers it
}

// New makes an API without operations.
func New(site *web.Site, d *db.DB) *API {
	strict()
	return &API{DB: d, Now: site.Now, Log: site.Log, site: site, limits: limits{of: map[string]*limit{}}}
}

// describe has huma read every operation, when the first program asks for
// anything: it looks at each type by reflection, which is most of what a start
// would cost, and no page needs it.
func (a *API) describe() {
	a.described.Do(func() {
		a.doc = newDocument()
		a.huma = huma.NewAPI(huma.Config{
			OpenAPI: a.doc, DefaultFormat: "application/json", RejectUnknownQueryParameters: true,
			Formats: map[string]huma.Format{"application/json": format, "json": format},
		}, adapter{a})
		for _, one := range a.waiting {
			one()
		}
		a.waiting = nil
	})
}

// strict has field names compared letter by letter. It is the library's one
// setting that is not an API's own.
var strict = sync.OnceFunc(func() {
	huma.ValidateStrictCasing = true
})

// Routes lists the operations, and the pages that describe them.
func (a *API) Routes() []web.Route {
	return append([]web.Route{
		{Pattern: "GET /api", Policy: web.Public(), Do: a.guide},
		{Pattern: "GET /api/openapi.json", Policy: web.Public(), Do: a.openAPI},
	}, a.routes...)
}

// An Operation is one thing that a program can ask for.
type Operation struct {
	Route       string // "GET /api/v1/areas/{area}"
	ID          string // "getArea"
	Tag         string
	Summary     string
	Description string
	Creates     bool                      // answered with 201
	Example     any                       // of what is sent
	Locate      func(field string) string // where in the body a field stands that the domain names; nil where the names agree

	MostBody int64 // the most that is sent, in bytes; 0 for what is enough for words and numbers

	Seen func(*http.Request, access.Actor) error // as of a web.Route
}

// mostBody is the most that a program may send at once.
const mostBody = 256 << 10

// Read registers an operation that changes nothing. do reads what is asked for
// on one view of the data.
func Read[In, Out any](a *API, policy web.Policy, o Operation, do func(ctx context.Context, tx *db.Tx, by access.Actor, in *In) (Out, error)) {
	register(a, policy, o, reflect.TypeFor[Out](), func(ctx context.Context, by access.Actor, in *In) (got answer, err error) {
		var out Out
		err = a.DB.Read(ctx, func(tx *db.Tx) (err error) {
			out, err = do(ctx, tx, by, in)
			return err
		})
		if err != nil {
			return got, err
		}
		got.status = http.StatusOK
		if got.body, err = encode(out); err != nil {
			return got, err
		}
		sum := sha256.Sum256(got.body)
		got.tag = `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
		if page, ok := any(out).(interface{ next() string }); ok {
			got.next = page.next()
		}
		return got, nil
	})
}

// A Key is embedded in the input of every operation that writes.
type Key struct {
	IdempotencyKey string `header:"Idempotency-Key" required:"true" minLength:"8" maxLength:"100" pattern:"^[!-~]+$" patternDescription:"letters, digits and signs, without spaces" doc:"Names this call. Make a new one, such as a UUID, for each thing that you mean to do, and send the same one when you send the same call again: it then counts once, and is answered as before. The same key with other content is refused." example:"0190c6a0-7b1c-7e51-9c1e-6a0f3b9d2c41"`
}

func (k Key) idempotencyKey() string { return k.IdempotencyKey }

// A Keyed input has a Key.
type Keyed interface{ idempotencyKey() string }

// A Located answer is of something that has an address.
type Located interface{ Location() string }

// Write registers an operation that changes something. do is given the
// transaction, in which its answer is kept too. It may run more than once.
func Write[In Keyed, Out any](a *API, policy web.Policy, o Operation, do func(ctx context.Context, tx *db.Tx, by access.Actor, in *In) (Out, error)) {
	register(a, policy, o, reflect.TypeFor[Out](), func(ctx context.Context, by access.Actor, in *In) (got answer, err error) {
		sent, err := json.Marshal([]any{o.ID, by.Hat.ID, in})
		if err != nil {
			return got, err
		}
		call := call{person: by.Person, key: (*in).idempotencyKey(), digest: sha256.Sum256(sent), at: a.Now()}
		err = a.DB.Write(ctx, func(tx *db.Tx) error {
			got, err = once(ctx, tx, call, func() (answer, error) {
				out, err := do(ctx, tx, by, in)
				if err != nil {
					return answer{}, err
				}
				done := answer{status: o.status()}
				if l, ok := any(out).(Located); ok && o.Creates {
					done.location = l.Location()
				}
				done.body, err = encode(out)
				return done, err
			})
			return err
		})
		return got, err
	})
}

func (o Operation) status() int {
	if o.Creates {
		return http.StatusCreated
	}
	return http.StatusOK
}

// An answer is what a program is sent when all went well.
type answer struct {
	status         int
	location, next string
	tag            string // of what was read, as it was
	body           []byte
}

// asking is what a request brings beside what huma reads from it.
type asking struct {
	by access.Actor
	r  *http.Request
}

type askingKey struct{}

type answered struct{ Body func(huma.Context) }

func register[In any](a *API, policy web.Policy, o Operation, out reflect.Type, do func(ctx context.Context, by access.Actor, in *In) (answer, error)) {
	method, path, _ := strings.Cut(o.Route, " ")
	var op huma.Operation
	var handle func(huma.Context)
	a.routes = append(a.routes, web.Route{
		Pattern: o.Route, Policy: policy, Seen: o.Seen, MostBody: o.MostBody,
		Do: func(w http.ResponseWriter, r *http.Request, by access.Actor) error {
			a.describe()
			r = r.WithContext(context.WithValue(r.Context(), askingKey{}, asking{by, r}))
			handle(humago.NewContext(&op, r, w))
			return nil
		},
	})
	a.waiting = append(a.waiting, func() {
		huma.Register(a.huma, huma.Operation{
			OperationID: o.ID, Method: method, Path: path, Summary: o.Summary, Description: o.Description, Tags: []string{o.Tag},
			MaxBodyBytes: max(mostBody, o.MostBody), DefaultStatus: o.status(),
			Responses: a.responses(policy, method, o, out), Security: security(policy),
			Extensions: map[string]any{"x-who-may": policy.String()},
		}, func(ctx context.Context, in *In) (*answered, error) {
			asked := ctx.Value(askingKey{}).(asking)
			got, err := do(ctx, asked.by, in)
			if err != nil {
				p := web.ProblemOf(err, o.Locate)
				if p.Status == http.StatusInternalServerError {
					a.Log.ErrorContext(ctx, "request failed", "operation", o.ID, "path", asked.r.URL.Path, "error", err)
				}
				return nil, p
			}
			return &answered{Body: func(c huma.Context) { got.send(c, asked.r) }}, nil
		})
		op, handle = a.read, a.handle
		a.example(o, method, path)
	})
}

// send writes the answer, or that it is what the program has already.
func (g answer) send(c huma.Context, r *http.Request) {
	if g.location != "" {
		c.SetHeader("Location", g.location)
	}
	if g.next != "" {
		q := r.URL.Query()
		q.Set("cursor", g.next)
		c.SetHeader("Link", "<"+r.URL.Path+"?"+q.Encode()+`>; rel="next"`)
	}
	if g.tag != "" {
		c.SetHeader("ETag", g.tag)
		if r.Header.Get("If-None-Match") == g.tag {
			c.SetStatus(http.StatusNotModified)
			return
		}
	}
	c.SetHeader("Content-Type", "application/json")
	c.SetStatus(g.status)
	_, _ = c.BodyWriter().Write(g.body) // to who has gone away, nothing more can be said
}

// adapter takes from huma what handles an operation.
type adapter struct{ api *API }

func (d adapter) Handle(op *huma.Operation, handle func(huma.Context)) {
	d.api.read, d.api.handle = *op, handle
}

// ServeHTTP is never called: the site's router serves the routes.
func (adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }

// format is JSON as it is read and written here.
var format = huma.Format{
	Marshal: func(w io.Writer, v any) error {
		if refused, ok := v.(*huma.ErrorModel); ok {
			v = problem(refused)
		}
		b, err := encode(v)
		if err == nil {
			_, err = w.Write(b)
		}
		return err
	},
	Unmarshal: unmarshal,
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

var errNUL = errors.New("A text here has a NUL character in it, which no text has: leave it out") //nolint:staticcheck // it is read by people

// unmarshal reads JSON, and refuses the one character that not every database
// keeps.
func unmarshal(data []byte, v any) error {
	if err := json.Unmarshal(data, v); err != nil {
		return err
	}
	if all, ok := v.(*any); ok && hasNUL(*all) {
		return errNUL
	}
	return nil
}

func hasNUL(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.Contains(v, "\x00")
	case []any:
		return slices.ContainsFunc(v, hasNUL)
	case map[string]any:
		for _, one := range v {
			if hasNUL(one) {
				return true
			}
		}
	}
	return false
}

// problem is what huma refuses, as every other problem is told. Its own words
// about Go types are kept from programs that know none.
func problem(m *huma.ErrorModel) *web.Problem {
	refused := web.Refusal{Status: m.Status, Words: m.Detail}
	for _, d := range m.Errors {
		words := d.Message
		if strings.HasPrefix(words, "json: ") {
			words = "This is not of the kind that is described"
		}
		refused.Fields = append(refused.Fields, fault.Wrong{Field: d.Location, Words: words})
	}
	switch m.Status {
	case http.StatusUnprocessableEntity:
		refused.Words = "Something in the request is not as it is described. Mend each field that is named."
	case http.StatusBadRequest:
		refused.Words = "The body could not be read as JSON."
		if len(m.Errors) == 0 {
			refused.Words = "The body is missing: send JSON."
		}
	case http.StatusUnsupportedMediaType:
		refused.Words, refused.Fields = "Send JSON, with Content-Type: application/json.", nil
	case http.StatusRequestEntityTooLarge:
		refused.Words = fmt.Sprintf("Send less: at most %d bytes at once.", mostBody)
	}
	return web.ProblemOf(refused, func(field string) string { return field })
}
