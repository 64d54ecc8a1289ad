package demo

import (
	"math/rand/v2"
	"slices"
	"strings"

	"commontable/internal/date"
	"commontable/internal/project"
)

// A topic is what people talk about, and what they then agree.
type topic struct{ title, said, agreed string }

var talk = []topic{
	{"Benches and trees", "Two people walked round with the parks team. The old benches can be mended.", "Mend four benches and plant six trees this winter."},
	{"The youth club’s summer", "Young people came and said what they want: evenings, food, and somewhere dry.", "Open on two evenings a week until September."},
	{"What the hall costs to heat", "The bill doubled. Some would rather meet at the school.", "Ask for three prices for a new boiler."},
	{"A warm place in winter", "Forty people came each week last year. It was as much about company as about heating.", "Do it again from November, with soup."},
	{"Small grants: who asked", "Six groups asked. Everyone had read what they wrote.", "Give all six what they asked for."},
	{"The path to the school", "It is dark from four o’clock. The council says that it is nobody’s.", "Ask the council in writing whose path it is."},
	{"Our newsletter", "It costs a lot to print, and people read it.", "Print it four times a year, not six."},
	{"When the play area opens again", "People ask at every bus stop.", "Put the date on the noticeboard and in the newsletter."},
	{"Who else should be at this table", "We hear little from the flats behind the station.", "Hold the next open meeting there."},
	{"How the money goes", "The figures were read out line by line. Nobody had a question.", ""},
	{"Training for us", "Two people want to learn to keep the books.", "Pay for both."},
	{"The fun day", "Last year was too long, and the rain came at three.", "One afternoon, with a tent."},
	{"Fly-tipping behind the garages", "Three mattresses since Christmas. One of us has pictures.", "Send the pictures to the council, and ask for a camera."},
	{"The last bus", "It goes at ten to nine. Those who clean offices walk home.", "Write to the bus company, with everybody’s name who wants to sign."},
	{"Somebody to help with forms", "The queue on Tuesdays goes down the stairs.", "Try Thursdays as well, until Easter."},
	{"Lights at the underpass", "Four of eight are out. We have their numbers.", "Report all four by number, and look again in two weeks."},
	{"What the children drew", "Sixty pictures of what the park should have. Forty have a swing and a café in them.", "Hang all of them in the library for a month."},
	{"Our worker’s year", "She told us what took her time. A third of it was finding keys.", "A key box, with a list inside."},
	{"Newcomers", "Two families came who had the leaflet in their own language. They stayed for an hour.", "Have the leaflet in three languages from now on."},
	{"The allotment waiting list", "It is nine years long. Half of those on it have moved.", "Ring everybody on it."},
	{"Insurance", "Ours does not cover ladders.", "Nobody goes up a ladder until it does."},
	{"A thank-you", "Who has helped this year? The list was longer than anyone thought.", "A supper in March, and no speeches."},
	{"What to do about the pub", "It has been shut for a year. Somebody wants to build flats.", "Go to the council’s meeting about it, six of us."},
	{"The school’s new head", "He came, and asked what we want from him. Nobody had asked us that before.", "The field is open on Saturdays, as a try."},
	{"The flood plan", "Nobody knew who has the sandbags.", "A list on every landing, and a practice in October."},
	{"Cooking with the surgery", "The nurse would send people. She wants to know that somebody is there.", "Two of us are there every week, whatever happens."},
}

// forumTalk is what people talk about with those who come as guests.
var forumTalk = []topic{
	{"Whose path is it?", "The officer had brought the old map. The path is the council’s after all.", "The council writes to us that the path is theirs."},
	{"Repairs in the flats", "The housing manager heard eleven stories. She wrote them all down.", "She comes back in six weeks and goes through them one by one."},
	{"What happens on the old works site", "The plan has forty flats and no play area.", "The planner brings a drawing with one."},
	{"Buses and the hospital", "It takes two buses and an hour. The company did not know.", "The company looks at running the number 9 past the hospital."},
	{"Police and young people", "Two officers sat among the young ones and mostly listened.", "They come to the youth club once a month, without the car."},
	{"Bins", "The lorry cannot turn when cars are parked. Nobody had told those who park.", "A painted box, and a letter from both of us."},
}

const aboutIt = ": where it has got to"

var progress = []topic{
	{said: "It goes slowly, and it goes.", agreed: "Carry on."},
	{said: "Those who run it told us what they need: two more people, and a key.", agreed: "Ask at the school gate."},
	{said: "More came than there was room for.", agreed: "Find out what a second room costs."},
	{said: "We saw pictures. Nobody spoke for a moment.", agreed: "Put the pictures on the noticeboard."},
	{said: "It costs less than we thought. The rest stays on its line.", agreed: ""},
	{said: "The builder is late, and said so himself.", agreed: "Wait for him. He is good."},
	{said: "Somebody asked whom it is for. We went round the table, and it is for more people than we had thought.", agreed: "Say so on the poster."},
}

// talkOf is what was said about what stands on an agenda.
func talkOf(r *rand.Rand, title string) (topic, bool) {
	if strings.HasSuffix(title, aboutIt) {
		return pick(r, progress), true
	}
	for _, t := range slices.Concat(talk, forumTalk) {
		if t.title == title {
			return t, true
		}
	}
	return topic{}, false
}

// going is the name of a project that has begun by a day, "" for none.
func (d *doings) going(day date.Date) string {
	days := float64(d.begins.DaysUntil(d.what.Today))
	var begun []string
	for _, c := range d.coming {
		if d.begins.AddDays(int(days*c.at)).Before(day) && c.state != project.Idea && !c.early {
			begun = append(begun, c.name)
		}
	}
	if len(begun) == 0 {
		return ""
	}
	return begun[d.evenings.held%len(begun)]
}

// meetsAt is where an area meets on a day: the richly shown one in the library until
// it has a place of its own.
func (s *story) meetsAt(day date.Date) string {
	if s.isStar() && day.Before(s.what.Today.AddMonths(-12*s.what.Years*6/10)) {
		return "The library, upstairs"
	}
	return s.voice.venue
}

var wentWell = []string{
	"People spoke one after the other.", "Two people came for the first time and stayed.", "We finished on time.", "The soup.", "Somebody changed their mind, and said so.", "The young ones stayed until the end.", "Nobody looked at a telephone.",
	"We laughed.", "The councillor asked, and then listened.", "The papers were short.",
}

var wentBadly = []string{
	"We talked about parking for half an hour.", "Those at the back could not hear.", "The papers came too late to read.", "The same three people spoke.", "The room was cold.", "Nobody explained the long words.", "Two who had come for one thing had to wait for it until nine.",
	"The door was locked until ten past.", "We ran out of chairs.",
}

var toDo = []string{
	"Ask the council about the lights", "Put the dates on the noticeboard", "Get three prices for the boiler", "Ring those who were not there", "Thank the volunteers", "Book the hall until Easter", "Find the key to the back gate", "Ask the school about the field",
	"Bring the figures on one page", "Take the old posters down", "Find somebody who mends urns", "Write to the bus company", "Count the chairs", "Ask next door about the noise", "Borrow the projector", "Find out who owns the fence",
}
