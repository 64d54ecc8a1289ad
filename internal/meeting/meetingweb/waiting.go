package meetingweb

import (
	"context"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/calendar"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/meeting"
	"commontable/internal/web"
)

// Waiting is what waits for a person in the meetings of an area: notes to read
// or to agree, and what they said they would do.
func Waiting(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, today date.Date) (todos []web.Todo, err error) {
	if !by.May(access.PutForward, a.Place()) {
		return nil, nil
	}
	if by.May(access.SeePapers, a.Place()) {
		toRead, err := meeting.Unagreed(ctx, tx, a.ID, calendar.At(0, 0).On(today.AddMonths(-6)))
		if err != nil {
			return nil, err
		}
		for _, m := range toRead {
			todo := web.Todo{Icon: "pen", Title: "Check the notes of " + m.Day().Long(), Detail: "Is something wrong in them? Say so before they are agreed.", Action: web.Link{Text: "Read", Href: meetingHref(a, m.ID)}, Hidden: "the notes of " + m.Day().Long()}
			switch {
			case m.Stage() == meeting.Draft && by.May(access.RunMeetings, a.Place()):
				todo.Title, todo.Detail, todo.Action.Text = "Finish the notes of "+m.Day().Long(), "They are a draft. Circulate them when they are ready.", "Finish"
			case m.Stage() == meeting.Draft:
				continue
			case by.May(access.AgreeNotes, a.Place()):
				todo.Title, todo.Detail = "The notes of "+m.Day().Long()+" wait to be agreed", "When you have all agreed them, record it."
			}
			todos = append(todos, todo)
		}
	}
	mine, err := meeting.OpenActionsOf(ctx, tx, a.ID, by.Person)
	if err != nil {
		return nil, err
	}
	const most = 3
	for i, x := range mine {
		if i == most {
			todos = append(todos, web.Todo{Icon: "tick", Title: strconv.Itoa(len(mine)-most) + " more that you said you would do", Action: web.Link{Text: "See them", Href: actionsHref(a)}, Hidden: "all that you said you would do"})
			break
		}
		todo := web.Todo{Icon: "tick", Title: x.Words, Detail: "You said you would do this.", Action: web.Link{Text: "Open", Href: actionHref(a, x.ID)}, Hidden: x.Words}
		if !x.Due.IsZero() {
			todo.Detail = "You said you would do this by " + x.DueNow().Long() + "."
			if why := x.Moved(); why != "" {
				todo.Detail = "You said you would do this. It is for " + x.DueNow().Long() + ": it " + why + "."
			}
		}
		todos = append(todos, todo)
	}
	return todos, nil
}
