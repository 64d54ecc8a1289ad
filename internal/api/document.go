package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"commontable/internal/access"
	"commontable/internal/web"
)

// newDocument is the description of an API before it has operations.
func newDocument() *huma.OpenAPI {
	const prefix = "#/components/schemas/"
	registry := huma.NewMapRegistry(prefix, schemaName)
	doc := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Common Table", Version: "1",
			Description: introduction,
		},
		Components: &huma.Components{
			Schemas: registry,
			SecuritySchemes: map[string]*huma.SecurityScheme{"token": {
				Type: "http", Scheme: "bearer",
				Description: "A token is made for one person in one of their hats: on the page /tokens, or with commontable token. It ends with the hat.",
			}},
			Responses: map[string]*huma.Response{},
		},
	}
	schema := registry.Schema(reflect.TypeFor[web.Problem](), true, "Problem")
	for _, p := range problems {
		doc.Components.Responses[p.name] = &huma.Response{
			Description: p.words,
			Content: map[string]*huma.MediaType{web.ProblemType: {Schema: schema, Example: web.Problem{
				Type: "/api#" + web.ProblemKind(p.status), Title: p.title, Status: p.status, Detail: p.words, Errors: p.fields,
			}}},
		}
	}
	return doc
}

// schemaName is a type's name as programs read it: the page of a list is named
// after what it lists.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	return strings.ReplaceAll(name, "Shown", "")
}

const introduction = `The same facts and the same acts as on the pages, for programs.

What is public is read without a token. For all else send Authorization: Bearer and a token, which is made for one person in one of their hats and may do what they may, and no more. Whoever approves or releases money does so in person: a program is refused.

Money is whole pence with its currency. Days are YYYY-MM-DD, instants are UTC. IDs are to be kept and compared, not read.

Each call that changes something carries an Idempotency-Key. The same call sent again counts once and is answered as before, for 30 days.

Lists come in pages: send next as cursor until there is none. A page is of what was there when it was asked for: what is added meanwhile moves nothing, so that each item is read once.

Errors are problem+json. detail and errors are in words that may be shown to a person.`

// problems are the refusals that every description names.
var problems = []struct {
	name          string
	status        int
	title, words  string
	fields        []web.ProblemField
	open, writing bool // named even of what is public; only of what writes
}{
	{"Unreadable", http.StatusBadRequest, "This was not taken", "The body could not be read as JSON.", nil, true, true},
	{"Token", http.StatusUnauthorized, "Send a token", "This token lets nobody in. It may have ended, or the hat that it was made for.", nil, true, false},
	{"Forbidden", http.StatusForbidden, "You cannot do this", "As resident you may not prepare a payment here.", nil, false, false},
	{"NotFound", http.StatusNotFound, "This is not here", "The address may be mistyped, or it is not one that you may see.", nil, true, false},
	{"Conflict", http.StatusConflict, "This cannot be done now", "This payment was released already.", nil, true, true},
	{"TooLarge", http.StatusRequestEntityTooLarge, "This was not taken", "Send less: at most 262144 bytes at once.", nil, true, true},
	{"MediaType", http.StatusUnsupportedMediaType, "This was not taken", "Send JSON, with Content-Type: application/json.", nil, true, true},
	{"Invalid", http.StatusUnprocessableEntity, "Check what you entered", "Something in the request is not as it is described. Mend each field that is named.", []web.ProblemField{{Location: "body.amount", Message: "Enter an amount in pounds and pence, like 1,250 or 312.40"}}, true, false},
	{"TooMany", http.StatusTooManyRequests, "This was not taken", "That is too much at once. Wait as long as Retry-After says, and send it again.", nil, true, false},
	{"Failed", http.StatusInternalServerError, "Something went wrong", "It is our fault, and it has been noted. Nothing was changed.", nil, true, false},
}

// responses are all that an operation may be answered.
func (a *API) responses(policy web.Policy, method string, o Operation, out reflect.Type) map[string]*huma.Response {
	registry := a.doc.Components.Schemas
	text := &huma.Schema{Type: huma.TypeString}
	good := &huma.Response{
		Description: "Done.",
		Content:     map[string]*huma.MediaType{"application/json": {Schema: registry.Schema(out, true, o.ID)}},
	}
	all := map[string]*huma.Response{strconv.Itoa(o.status()): good}
	switch {
	case o.Creates:
		good.Headers = map[string]*huma.Param{"Location": {Description: "The address of what was made.", Schema: text}}
	case method == http.MethodGet:
		good.Description = "What is there."
		good.Headers = map[string]*huma.Param{"ETag": {Description: "Send it as If-None-Match to be told only that nothing changed.", Schema: text}}
		if _, ok := reflect.TypeAssert[interface{ next() string }](reflect.New(out).Elem()); ok {
			good.Headers["Link"] = &huma.Param{Description: `The address of the next page, rel="next".`, Schema: text}
		}
		all["304"] = &huma.Response{Description: "What is there is what you have."}
	}
	for _, p := range problems {
		if (p.open || !isOpen(policy)) && (!p.writing || method != http.MethodGet) {
			all[strconv.Itoa(p.status)] = &huma.Response{Ref: "#/components/responses/" + p.name}
		}
	}
	return all
}

// isOpen reports whether anyone may ask.
func isOpen(policy web.Policy) bool { return policy.Answer(http.MethodGet, access.Actor{}) == 0 }

func security(policy web.Policy) []map[string][]string {
	if isOpen(policy) {
		return []map[string][]string{{}, {"token": {}}}
	}
	return []map[string][]string{{"token": {}}}
}

// example puts an example beside the schema of what is sent.
func (a *API) example(o Operation, method, path string) {
	if o.Example == nil {
		return
	}
	item := a.doc.Paths[path]
	for _, op := range []*huma.Operation{item.Post, item.Put, item.Patch, item.Delete} {
		if op != nil && op.Method == method && op.RequestBody != nil {
			op.RequestBody.Content["application/json"].Example = o.Example
		}
	}
}

// Document is the description of the API: OpenAPI 3.1, in JSON.
func (a *API) Document() ([]byte, error) {
	a.describe()
	a.finish.Do(a.finishDocument)
	text, err := json.Marshal(a.doc)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = json.Indent(&b, text, "", "  ")
	b.WriteByte('\n')
	return b.Bytes(), err
}

// finishDocument says of answers that they may grow: whoever reads one skips
// what they do not know. What is sent stays as it is described. It drops the
// library's own errors, which nobody is sent.
func (a *API) finishDocument() {
	schemas := a.doc.Components.Schemas.Map()
	delete(schemas, "ErrorModel")
	delete(schemas, "ErrorDetail")
	sent := map[string]bool{}
	for _, op := range a.operations() {
		if op.RequestBody != nil {
			a.mark(sent, op.RequestBody.Content["application/json"].Schema)
		}
	}
	for name, s := range schemas {
		if s.Type == huma.TypeObject && !sent[name] && s.AdditionalProperties == false {
			s.AdditionalProperties = nil
		}
	}
}

// mark marks the schemas that one is made of.
func (a *API) mark(sent map[string]bool, s *huma.Schema) {
	if s == nil {
		return
	}
	if s.Ref != "" {
		sent[s.Ref[strings.LastIndex(s.Ref, "/")+1:]] = true
	}
	whole := a.resolve(s)
	a.mark(sent, whole.Items)
	for _, part := range whole.Properties {
		a.mark(sent, part)
	}
}

func (a *API) openAPI(w http.ResponseWriter, _ *http.Request, _ access.Actor) error {
	text, err := a.Document()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, err = w.Write(text)
	return err
}

// operations lists what can be asked for, in the order of registration.
func (a *API) operations() []*huma.Operation {
	a.describe()
	var all []*huma.Operation
	for _, route := range a.routes {
		method, path, _ := strings.Cut(route.Pattern, " ")
		item := a.doc.Paths[path]
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil && op.Method == method {
				all = append(all, op)
			}
		}
	}
	return all
}
