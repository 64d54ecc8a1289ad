package meetingweb

import (
	"slices"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/meeting"
	"commontable/internal/partnership"
)

// Everybody reads a sentence once, and how many told us it, unless something else is
// done about one of them.
func TestASentenceIsReadOnceHoweverManySayIt(t *testing.T) {
	t.Parallel()
	const trust, school = "I work for Oak Trust.", "I am on the board of the school."
	agreed := meeting.Meeting{Agreed: date.New(2026, time.October, 14)}
	touch := func(who, sentence string) partnership.Touch {
		return partnership.Touch{Person: access.PersonID(who), Public: sentence, Decides: true}
	}
	handled := func(t partnership.Touch, words string) partnership.Touch {
		t.Handling = partnership.Handling{ID: "h", How: partnership.NoVote, Public: words}
		return t
	}
	late := touch("Lee", trust)
	late.DeclaredAt = time.Date(2026, time.October, 20, 12, 0, 0, 0, time.UTC)
	friend := touch("Fred", trust)
	friend.Decides = false
	const waits = " What is done about it will be said before it is talked about."
	for name, x := range map[string]struct {
		touches []partnership.Touch
		closed  bool
		want    []string
	}{
		"nobody":                       {},
		"one":                          {touches: []partnership.Touch{touch("Sol", trust)}, want: []string{"somebody who decides told us: “" + trust + "”" + waits}},
		"one who has no say":           {touches: []partnership.Touch{friend}},
		"one who told it twice":        {touches: []partnership.Touch{touch("Sol", trust), touch("Sol", trust)}, want: []string{"somebody who decides told us: “" + trust + "”" + waits}},
		"three, of whom two decide":    {touches: []partnership.Touch{touch("Sol", trust), friend, touch("Ada", trust)}, want: []string{"2 people who decide told us: “" + trust + "”" + waits}},
		"two between whom is another":  {touches: []partnership.Touch{touch("Sol", trust), touch("Bea", school), touch("Ada", trust)}, want: []string{"2 people who decide told us: “" + trust + "”" + waits, "somebody who decides told us: “" + school + "”" + waits}},
		"two who have no vote":         {touches: []partnership.Touch{handled(touch("Sol", trust), "They have no vote on this."), handled(touch("Ada", trust), "They have no vote on this.")}, want: []string{"2 people who decide told us: “" + trust + "” They have no vote on this."}},
		"two, and one has no vote":     {touches: []partnership.Touch{handled(touch("Sol", trust), "They have no vote on this."), touch("Ada", trust)}, want: []string{"somebody who decides told us: “" + trust + "” They have no vote on this.", "somebody who decides told us: “" + trust + "”" + waits}},
		"agreed, and one told it late": {touches: []partnership.Touch{touch("Sol", trust), late}, closed: true, want: []string{"somebody who decides told us: “" + trust + "” They told us after this was agreed."}},
	} {
		if got := publicTouches(x.touches, agreed, x.closed); !slices.Equal(got, x.want) {
			t.Errorf("%s: got %q, want %q", name, got, x.want)
		}
	}
}
