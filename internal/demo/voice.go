package demo

import (
	"math/rand/v2"
	"strings"

	"commontable/internal/plan"
)

// A voice is how one area speaks: what it calls things, where it meets, and how
// it puts what every area has to say. No two speak alike.
type voice struct {
	r                      *rand.Rand
	names                  map[string]string // what it calls the priorities of every plan
	home                   string            // the building that it has, or wants
	venue                  string
	begins, whole, grown   string // what people want, in three versions of the plan
	whyLTO, read, endorsed string
	howWeDecide            string
	payees                 map[string]string
	said                   map[string]said // of the priorities of every plan
}

// voiceOf gives an area its voice. The one that is shown most richly speaks as the
// guides have it.
func (p *player) voiceOf(i int) *voice {
	r := p.rand(uint64(i) + 20_000) //nolint:gosec // a small number
	if i == 0 {
		return &voice{
			r: r, home: "Hub", venue: "The Hub, main hall", names: map[string]string{}, payees: map[string]string{},
			begins: "To hear from everyone what would make this a better place to live.",
			whole:  "A neighbourhood where people know each other, where children play out, and where there is always somewhere warm to go.",
			grown:  "A neighbourhood where people know each other, where children play out, where there is always somewhere warm to go, and which goes on when the fund ends.",
			whyLTO: "We met three organisations. People here know this one, and trust it.", read: "It was read out at two open meetings, and changed after each.",
			endorsed: "You have come together as neighbours. We look forward to what you will do.", howWeDecide: "We listen to everybody once before anybody speaks twice. If we cannot agree, we sleep on it.",
		}
	}
	v := &voice{
		r: r, names: map[string]string{}, payees: map[string]string{}, home: pick(r, homes), venue: pick(r, venues),
		begins: pick(r, whatWeBeginWith), whyLTO: pick(r, whyThisLTO), read: pick(r, howItWasRead), endorsed: pick(r, howEndorsed), howWeDecide: pick(r, howWeDecide),
	}
	wish := pick(r, whatWeWant)
	v.whole, v.grown = wish, strings.TrimSuffix(wish, ".")+", "+pick(r, andLater)
	for _, called := range calledHere {
		v.names[called[0]] = v.called(pick(r, called))
	}
	v.said = map[string]said{}
	for _, pr := range priorities {
		v.said[pr.name] = said{
			objectives: pick(r, objectivesHere[pr.name]), heard: pick(r, heardHere[pr.name]), actions: []plan.Action{pick(r, actionsHere[pr.name])}, months: []int{6 + r.IntN(30)},
		}
	}
	for _, firms := range firmsHere {
		v.payees[firms[0]] = pick(r, firms)
	}
	return v
}

// called puts the name of the area's own building where every story says Hub.
func (v *voice) called(words string) string {
	if v.home == "Hub" || !strings.Contains(words, "Hub") {
		return words
	}
	return strings.ReplaceAll(words, "Hub", v.home)
}

func (v *voice) payee(name string) string {
	if own := v.payees[name]; own != "" {
		return own
	}
	return name
}

var (
	homes  = []string{"Hub", "Welcome", "Old Library", "Lantern Rooms", "Station House", "Drill Hall", "Corner House", "Kettle", "Institute", "Reading Room", "Old Baths", "Shopfront"}
	venues = []string{
		"The community hall", "The school dining room", "Upstairs at the library", "The church hall", "The bowls club", "The working men’s club, back room", "The mosque’s meeting room", "The fire station, first floor",
		"The family centre", "The Methodist schoolroom", "The tenants’ flat, number 4", "The cricket pavilion",
	}

	// The first of each is what the story calls it.
	calledHere = [][]string{
		{"Green spaces and play", "Green spaces and play", "Parks, play and paths", "A greener place to live", "Room to play", "Outdoors", "The park and the river bank"},
		{"Young people", "Young people", "Children and young people", "Growing up here", "Something for the young ones", "Under twenty-five"},
		{"The Hub: a home for all of us", "The Hub: a home for all of us", "A place to meet: the Hub", "The Hub, open all week", "Our own front door: the Hub", "Saving the Hub"},
		{"Health and good company", "Health and good company", "Nobody on their own", "Feeling well", "Looking out for each other", "Good company"},
		{"Work and skills", "Work and skills", "Learning and earning", "Work, skills and small beginnings", "A step up", "Jobs, courses and small grants"},
		{"Running the partnership", "Running the partnership", "Keeping it going", "How we work together", "The engine room"},
	}

	firmsHere = [][]string{
		{"Safe Play Inspections", "Safe Play Inspections", "Swing and Slide Checks", "Playwise"},
		{"Oakline Street Furniture", "Oakline Street Furniture", "Park Bench Company", "Ironbridge Seats"},
		{"Hedgerow Growers", "Hedgerow Growers", "Brackenbury Nursery", "Two Spades", "The Seed Barn"},
		{"Dalton Groundworks", "Dalton Groundworks", "Pickering Paving", "Fairlie Surfacing"},
		{"Rampworks", "Rampworks", "Concrete Wave", "Bowl and Rail"},
		{"Playtime Crew", "Playtime Crew", "Rainy Day Club", "Messy Hands"},
		{"Open Door Youth", "Open Door Youth", "The Youth Yard", "Streetwise Youth", "Next Up"},
		{"Valley Coaches", "Valley Coaches", "Dawson’s Minibuses", "Moorline Travel"},
		{"Tilecraft Roofing", "Tilecraft Roofing", "Slate and Son", "Overhead Roofers"},
		{"Marlow Joinery", "Marlow Joinery", "Dovetail", "The Bench Joiners"},
		{"Gather Furniture", "Gather Furniture", "Second Sitting", "Long Table Furniture"},
		{"Bright Start Cleaning", "Bright Start Cleaning", "Mop and Bucket", "Fresh Floors"},
		{"Table for Twelve", "Table for Twelve", "The Soup Kitchen Co-op", "Plate and Spoon"},
		{"Stride Training", "Stride Training", "Footpath Learning", "Step Two"},
		{"Quiet Room", "Quiet Room", "Talk It Through", "Calm Corner"},
		{"Next Step", "Next Step", "Ladder", "Works Gate"},
		{"Inkwell Print", "Inkwell Print", "Two Rivers Press", "Paper Lantern Print", "Corner Copy"},
		{"Doorstep Research", "Doorstep Research", "Ask Around", "Clipboard"},
		{"St Brannoc’s Hall", "St Brannoc’s Hall", "The Methodist Hall", "The Scout Hut", "The Club"},
		{"Millrace Allotments", "Millrace Allotments", "Top Field Allotments", "The Plots"},
		{"Silver Band", "Silver Band", "The Steel Pan Band", "The Choir"},
		{"Elm Street Neighbours", "Elm Street Neighbours", "Canal Street Neighbours", "Neighbours of the Crescent"},
	}

	whatWeBeginWith = []string{
		"To hear from everyone what would make this a better place to live.",
		"To knock on every door once before we decide anything.",
		"To get to know each other, and to find out what people here are good at.",
		"To ask, to listen, and to do three small things that people can see.",
		"To meet often, to eat together, and to write a plan that sounds like us.",
	}
	whatWeWant = []string{
		"A place where people say hello, where children play out, and where nobody is cold in winter.",
		"A place that people are sorry to leave.",
		"That whoever grows up here finds something to do, somebody to ask and somewhere to go.",
		"Streets that are safe to walk, a park that is used, and neighbours who know each other’s names.",
		"That old and young sit at one table at least once a week.",
		"To be known for our gardens and our kitchen, and not for what the papers wrote.",
		"A place where things begin, and where those who begin them are thanked.",
		"That nobody here has to go into town for company, for advice or for a game of football.",
		"Somewhere warm, something to learn, a reason to come out of the house.",
		"That the estate looks as cared for as the people in it care for each other.",
		"To leave something standing that belongs to us all.",
	}
	andLater = []string{
		"and that it goes on when the fund ends.", "with doors that stay open when the money has gone.", "run by those who grew up with it.", "and still so in twenty years.", "with less from the fund each year, and more of our own.",
	}
	whyThisLTO = []string{
		"We met three organisations. People here know this one, and trust it.",
		"It has an office round the corner, and somebody who picks up the telephone.",
		"It held the money for the carnival for years, and every penny was there.",
		"Two of us went to see its books. They were in better order than ours.",
		"It charges little, and it let us choose our own worker.",
		"The others wanted us to fit their forms. This one asked what we need.",
	}
	howItWasRead = []string{
		"It was read out at two open meetings, and changed after each.",
		"It went to every door with a stamped card. Ninety cards came back, and we changed four things.",
		"We hung it on the fence of the school for a week, with pens.",
		"Each priority was read by those it is for: the young ones crossed out half of theirs and wrote it anew.",
		"It was read aloud over two lunches. What nobody understood, we took out.",
		"It is shorter than the last one. People asked for that.",
	}
	howEndorsed = []string{
		"You have come together as neighbours. We look forward to what you will do.",
		"It took its time, and it shows: people from every street are here.",
		"We liked how you argue. Go on like that.",
		"A partnership that asks good questions. Welcome.",
		"You began with a meal, and we remember the meal.",
	}
	howWeDecide = []string{
		"We listen to everybody once before anybody speaks twice. If we cannot agree, we sleep on it.",
		"Whoever is against something says what they would do instead.",
		"Nobody decides anything after nine in the evening.",
		"We go round the table. The one who is quietest speaks first.",
		"What costs more than £5,000 is talked about at two meetings before it is decided at the second.",
		"We ask first whom it is for, and whether they were asked.",
	}
	howWeAgreed = []string{
		"We went round the table, and everyone could live with it.", "It took two meetings, and then it was easy.", "Agreed, after we had changed the second half of it.", "Everybody said yes, some of them loudly.",
		"Agreed. The two who had doubts will look at it again with us in spring.", "Agreed before the tea came.", "We agreed, and wrote down what we were not sure of.",
	}
	worries = []string{
		"We should look after three months how it goes.", "Who does it when the worker is on holiday?", "I would rather spend less and see first.", "It is a lot for the same three people.", "Please ask those who live next to it.",
		"Will it still be paid for in two years?", "I am for it, if the evenings stay quiet.",
	}
	whatIAm = []string{
		"Three children at the school", "Grew up here, and came back", "I pick litter on Sundays", "Allotment, plot nine", "I drive the minibus", "Retired nurse", "I run the under-tens", "New here, from Eritrea", "Knit and natter on Wednesdays",
		"I know everyone on the top floor", "Governor at the school", "I bring the cake", "Bass in the choir", "Forty years in the same house", "I mend bicycles", "Works nights, so I come at the weekend", "From the mosque’s kitchen", "I speak Polish, and can read letters for people",
		"Foster mum", "I look after the noticeboard",
	}
	toldBy = []string{"by letter", "by telephone", "at their own meeting", "by email, with the notes", "by going to see them"}
)

// lookedBack is what areas learn in a year, and why they leave things as they are.
var (
	learnt = []string{
		"What works goes on.", "It took longer than we thought, and that is fine.", "The groups know each other better now.", "Fewer meetings, and more tea.", "People come for the food and stay for the talk.",
		"We asked too much of three people. Now five share it.", "The small things were noticed more than the big one.", "Nobody reads our newsletter. Everybody reads the noticeboard.",
		"We should have asked the bus drivers. They know everyone.", "It rained on every single event, and people came.",
	}
	whyKept = []string{
		"It needs time to bed in.", "It is only now that people know of it.", "What is missing is time, not money.", "Those who run it asked us to leave it alone for a year.", "It works. We do not touch it.", "Two hard winters are no reason to change it.",
		"We promised three years, and it is the second.",
	}
	whyChanged = []string{
		"More of it is wanted than we planned. We put more money there in the next version.", "Those it is for have grown older. It begins later in the evening from now on.",
		"The council does a part of it now, so that we can do another.", "It was a good idea in the wrong street. It moves.", "Fewer came than we hoped. We ask those who did what they would do.",
	}
	newcomers = []string{
		"Sixty new homes behind the station. We do not know anybody there yet.", "Families from Syria and Ukraine, most of them in the flats.", "Students have gone, and young couples have come.", "Hardly anybody moved this year.",
		"More people work from home and are about in the day.",
	}
	changes = []string{
		"The bank closed, and the post office moved into the shop.", "The bus comes every half-hour now, instead of every hour.", "The school has a new head, who opens the gates to us at weekends.", "The works shut. Two hundred people lost their jobs.",
		"The river came over twice.", "A new surgery opened where the pub was.",
	}
)

// objectivesHere are what other areas want to reach with each priority.
var objectivesHere = map[string][][]string{
	"Green spaces and play": {
		{"A bench on every path, and shade beside it"}, {"Every child can play outdoors within five minutes of home", "The river bank is a place to walk, not to tip"}, {"The park has lights, a tap and a toilet"}, {"Ten gardens that were brambles are gardens again"},
	},
	"Young people": {
		{"Something to do on every evening but Sunday", "Young people choose half of it"}, {"Nobody is sent home from the summer club for want of a place"}, {"A way from the youth club to a first job"}, {"Every child can swim before secondary school"},
	},
	"The Hub: a home for all of us": {
		{"The doors are open six days a week"}, {"A building that is warm, dry and paid for"}, {"Twelve groups have a cupboard and a key"}, {"It earns half of what it costs"},
	},
	"Health and good company": {
		{"Nobody who wants company is without it"}, {"A lunch each day, somewhere within a walk"}, {"Whoever looks after somebody has an afternoon off"}, {"The surgery sends people to us, and we to them"},
	},
	"Work and skills": {
		{"Forty people a year learn something that they can use at work"}, {"Anyone can get help with a form on the day they need it"}, {"Small groups can begin something without a long form"}, {"Ten people trade from their own table at the market"},
	},
	"Running the partnership": {
		{"Everyone knows what is decided, and how to take part"}, {"Two people can do each job"}, {"Half of us are new every five years"}, {"We write so that anyone can read it"},
	},
}

var heardHere = map[string][]string{
	"Green spaces and play":         {"Mend the park, and put benches in it", "Lights on the paths", "Somewhere for dogs, and somewhere without them", "Trees"},
	"Young people":                  {"Something for the young ones to do", "A youth club like there used to be", "Sport that costs nothing", "Somewhere to go when school is out"},
	"The Hub: a home for all of us": {"A place of our own to meet", "Save the old building", "A kitchen that anybody can use", "Somewhere to sit without buying anything"},
	"Health and good company":       {"Something for people who live alone", "A lunch club", "Help for those who care for somebody", "Somebody to talk to"},
	"Work and skills":               {"Courses close to home", "Help with forms", "A bit of money for small groups", "Childcare while we learn"},
	"Running the partnership":       {"Tell us what is going on", "A noticeboard that is up to date", "More meetings at weekends", "Fewer long words"},
}

var whatWasHeard = []string{
	"People spoke of the park, of young people, and of somewhere to meet.", "Most spoke of what closed, and then of what they would begin.", "Nobody agreed about the skate park. Everybody agreed about the lights.",
	"The longest talks were on doorsteps where nobody had asked before.", "People are proud of the place and tired of being asked. We said that this time something follows.",
}

var howFedBack = []string{
	"A page in the newsletter", "A wall of photographs in the shop", "A card through every door", "Read out before the film at the open evening", "A stall outside the school for a week",
}

var actionsHere = map[string][]plan.Action{
	"Green spaces and play":         {{What: "Walk every path with the parks team", Who: "Two members and whoever comes"}, {What: "Ask the children what the play area needs", Who: "The school council"}, {What: "Plant the corner by the bus stop", Who: "The gardening club"}},
	"Young people":                  {{What: "Open on Friday evenings", Who: "The youth workers, with young people"}, {What: "Find six grown-ups who will be trained", Who: "The worker"}, {What: "Take twenty to the coast", Who: "The youth club"}},
	"The Hub: a home for all of us": {{What: "Get three prices for the roof", Who: "The building group"}, {What: "Ask each group which evening it wants", Who: "The caretaker"}, {What: "Write down who has a key", Who: "The secretary"}},
	"Health and good company":       {{What: "Begin a weekly lunch", Who: "Six cooks"}, {What: "Ask the surgery to hand out our card", Who: "The chair"}, {What: "Ring whoever was not there", Who: "The telephone tree"}},
	"Work and skills":               {{What: "Ask which course people would come to", Who: "The worker, at the school gate"}, {What: "Open the small grants twice a year", Who: "The small grants panel"}, {What: "Mend and lend twenty laptops", Who: "The menders"}},
	"Running the partnership":       {{What: "Take a newsletter to every door", Who: "The street reps"}, {What: "Keep the noticeboard up to date", Who: "Whoever lives nearest"}, {What: "Write down who does what", Who: "The secretary"}},
}

// alsoWanted is what areas add once they have looked back.
var alsoWanted = []string{
	"Those who have moved here in the last two years are asked first", "What we begin now can be run without us", "One thing each year that is only for fun", "Somebody from the flats at every table", "Half of it is led by people under thirty",
}

// calledLater are the names that lines have in some areas from a later version on.
var calledLater = map[string]string{
	"Listening and wellbeing": "Somebody to listen", "Lunch club and walks": "Lunches, walks and lifts", "Hub running costs": "Keeping the Hub warm", "Training and job help": "Courses and job help", "Growing and wildlife": "Trees, growing and wildlife",
	"Young leaders": "Young leaders and first jobs", "Parks and play areas": "Parks, paths and play areas",
}
