package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"commontable/internal/fault"
)

// ForPrograms reports whether an address is one that programs use: there,
// nobody is sent to a page to sign in, and every refusal is a Problem.
func ForPrograms(path string) bool { return strings.HasPrefix(path, "/api/v1/") }

// A Refusal is what only a program meets: a request that is refused for how it
// was sent, and not for what it asks.
type Refusal struct {
	Status int
	Words  string
	Fields fault.Invalid // what is wrong where; nil for the whole request
	Again  time.Duration // after which it may be sent again; 0 where that would not help
}

func (r Refusal) Error() string { return r.Words }

// A Problem is an error as a program reads it (RFC 9457).
type Problem struct {
	Type   string         `json:"type" doc:"Names the kind of problem, and leads to its explanation." example:"/api#invalid"`
	Title  string         `json:"title" doc:"The kind of problem, in words." example:"Check what you entered"`
	Status int            `json:"status" doc:"The HTTP status." example:"422"`
	Detail string         `json:"detail,omitempty" doc:"What is wrong this time, in words that may be shown to a person."`
	Errors []ProblemField `json:"errors,omitempty" doc:"What is wrong, field by field, in the order of the request."`
}

// A ProblemField is what is wrong with one field of a request.
type ProblemField struct {
	Location string `json:"location" doc:"Where: a path into the body, such as body.instalments[0].amount, or query.limit, path.area, header.Idempotency-Key." example:"body.amount"`
	Message  string `json:"message" doc:"What is wrong and how to mend it." example:"Enter an amount in pounds and pence, like 1,250 or 312.40"`
}

// Error, GetStatus and ContentType let a Problem travel as an error.
func (p *Problem) Error() string { return p.Title }

// GetStatus is the problem's HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is the media type of a problem, whatever was asked for.
func (p *Problem) ContentType(string) string { return ProblemType }

// ProblemType is the media type of a Problem.
const ProblemType = "application/problem+json"

// kinds are the names of statuses in a Problem’s type.
var kinds = map[int]string{
	http.StatusBadRequest: "unreadable", http.StatusUnauthorized: "token", http.StatusForbidden: "forbidden", http.StatusNotFound: "not-found",
	http.StatusNotAcceptable: "not-acceptable", http.StatusRequestTimeout: "slow", http.StatusConflict: "conflict",
	http.StatusRequestEntityTooLarge: "too-large", http.StatusUnsupportedMediaType: "media-type", http.StatusUnprocessableEntity: "invalid",
	http.StatusTooManyRequests: "too-many", http.StatusInternalServerError: "failed",
}

// ProblemKind is the name of a status in a Problem’s type.
func ProblemKind(status int) string {
	if kind, ok := kinds[status]; ok {
		return kind
	}
	return kinds[http.StatusInternalServerError]
}

// ProblemOf is an error as a program reads it. locate says where in the request
// a field stands that the domain names; nil for a field of the body of the same
// name.
func ProblemOf(err error, locate func(field string) string) *Problem {
	status, p := problemOf(err)
	out := &Problem{Type: "/api#" + ProblemKind(status), Title: p.title, Status: status, Detail: p.words}
	for _, w := range p.wrong {
		at := "body." + w.Field
		if locate != nil {
			at = locate(w.Field)
		}
		out.Errors = append(out.Errors, ProblemField{Location: at, Message: w.Words})
	}
	if errors.Is(err, fault.Unsure) {
		out.Title = "A person does this, with a passkey"
	}
	switch status {
	case http.StatusUnauthorized:
		out.Title, out.Detail = "Send a token", "This is not for everyone. Send a token: Authorization: Bearer ct_…"
	case http.StatusNotFound:
		out.Title, out.Detail = "This is not here", "The address may be mistyped, or it is not one that you may see."
	case http.StatusInternalServerError:
		out.Detail = "It is our fault, and it has been noted. Nothing was changed. Send it again in a minute, with the same Idempotency-Key."
	}
	if r, ok := errors.AsType[Refusal](err); ok {
		out.Detail = r.Words
	}
	return out
}

// answerProgram sends an error to a program.
func (s *Site) answerProgram(w http.ResponseWriter, r *http.Request, err error) {
	p := ProblemOf(err, nil)
	if refused, ok := errors.AsType[Refusal](err); ok && refused.Again > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int((refused.Again+time.Second-1)/time.Second)))
	}
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="Common Table"`)
	}
	w.Header().Set("Content-Type", ProblemType)
	w.WriteHeader(p.Status)
	if err := json.NewEncoder(w).Encode(p); err != nil {
		s.Log.ErrorContext(r.Context(), "cannot send the problem", "error", err)
	}
}
