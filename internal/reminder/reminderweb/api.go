package reminderweb

import (
	"context"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/db"
	"commontable/internal/person"
	"commontable/internal/reminder"
	"commontable/internal/web"
)

type operations struct{ reminders *reminder.Reminders }

// Operations registers what programs can read and do with how somebody is
// reminded: their own choice alone.
func Operations(a *api.API, reminders *reminder.Reminders) {
	o := operations{reminders}
	const tag, mine = "People", "/api/v1/me/reminders"
	api.Read(a, web.SignedIn(), api.Operation{
		Route: "GET " + mine, ID: "getReminders", Tag: tag, Summary: "Read how you are reminded of what comes up",
	}, o.read)
	api.Write(a, web.SignedIn(), api.Operation{
		Route: "POST " + mine, ID: "chooseReminders", Tag: tag, Summary: "Say how you wish to be reminded", Example: ReminderChoice{How: string(reminder.Weekly)},
	}, o.choose)
}

// ReminderChoice is how somebody wishes to be reminded.
type ReminderChoice struct {
	How string `json:"how" enum:"at once,weekly,never" doc:"A mail some days before each thing; one a week for all of it; or none."`
}

func (o operations) read(ctx context.Context, tx *db.Tx, by access.Actor, _ *struct{}) (ReminderChoice, error) {
	how, err := reminder.ChoiceOf(ctx, tx, by.Person)
	return ReminderChoice{string(how)}, err
}

func (o operations) choose(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	api.Key
	Body ReminderChoice
},
) (ReminderChoice, error) {
	if _, err := person.ByID(ctx, tx, by.Person); err != nil {
		return ReminderChoice{}, err
	}
	return in.Body, o.reminders.ChooseIn(ctx, tx, by, reminder.How(in.Body.How))
}
