package metrics

import (
	"strings"
	"testing"
	"time"
)

func TestRequestsAreCounted(t *testing.T) {
	t.Parallel()
	var s Requests
	s.Saw("GET /areas/{area}", 200, 3*time.Millisecond)
	s.Saw("GET /areas/{area}", 204, 30*time.Millisecond)
	s.Saw("GET /areas/{area}", 404, time.Minute)
	s.Saw("", 400, time.Millisecond)
	s.Saw(`odd "one"`, 500, time.Millisecond)
	var b strings.Builder
	if err := s.Write(&b, Figure{Name: "jobs_due", Help: "Jobs that are due.", Value: 3}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"# TYPE commontable_jobs_due gauge\ncommontable_jobs_due 3\n",
		"# TYPE commontable_goroutines gauge\n",
		"commontable_http_requests_total{route=\"GET /areas/{area}\",status=\"2xx\"} 2\n",
		"commontable_http_requests_total{route=\"GET /areas/{area}\",status=\"4xx\"} 1\n",
		"commontable_http_requests_total{route=\"none\",status=\"4xx\"} 1\n",
		`commontable_http_requests_total{route="odd \"one\"",status="5xx"} 1` + "\n",
		"commontable_http_request_seconds_bucket{le=\"0.005\"} 3\n",
		"commontable_http_request_seconds_bucket{le=\"0.05\"} 4\n",
		"commontable_http_request_seconds_bucket{le=\"+Inf\"} 5\n",
		"commontable_http_request_seconds_count 5\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	for line := range strings.Lines(b.String()) {
		if strings.Count(line, " ") < 1 || strings.TrimSpace(line) == "" {
			t.Errorf("%q is no line of the format", line)
		}
	}
}
