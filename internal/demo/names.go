package demo

import "math/rand/v2"

// A place is an invented neighbourhood.
type place struct {
	name, region, authority string
	lsoas                   []string
}

// setting is what kind of place it is, from its name: nothing else follows from it.
func (p place) setting(star bool) string {
	kinds := []string{
		"urban; estate; one council", "rural; parished; three tiers of council", "coastal; small town; two tiers of council",
		"market town; parished; two tiers of council", "urban; town near a large city; one council",
	}
	if star {
		return kinds[0]
	}
	return kinds[len(p.name)%len(kinds)]
}

// Names of places are put together from these. They are invented: where one
// happens to be somewhere's, nothing here is about it.
var (
	firsts = []string{
		"Alder", "Barley", "Cobble", "Drovers", "Elder", "Furnace", "Gorse", "Harbour", "Ivy", "Juniper", "Kiln", "Lantern",
		"Meadow", "Nettle", "Orchard", "Plough", "Quarry", "Rowan", "Saddlers", "Thistle", "Umber", "Vine", "Weavers", "Yarrow",
		"Chandlers", "Copper", "Ferry", "Larch", "Millrace", "Potters",
	}
	seconds = []string{"Fields", "Bank", "Cross", "Wharf", "Rise", "Garth", "Green", "End", "Heath", "Moor", "Brook"}

	// How many of 150 areas lie in each region, as on the hexagon map.
	regions = []struct {
		name        string
		share       int
		authorities []string
	}{
		{"North East", 20, []string{"Wearmouth", "Coquetdale", "Harrowgate Dene"}},
		{"North West", 22, []string{"Irwellside", "Fyldemoor", "Merebank"}},
		{"Yorkshire and The Humber", 18, []string{"Calderholme", "Airewick", "Holdernesse Vale"}},
		{"East Midlands", 16, []string{"Trentfield", "Welland Forest"}},
		{"West Midlands", 17, []string{"Blackbrook", "Severnford", "Arrowdale"}},
		{"East of England", 14, []string{"Broadsmere", "Stourwick"}},
		{"London", 13, []string{"Eastferry", "Southmarsh"}},
		{"South East", 17, []string{"Wealdham", "Solentside", "Chalkdown"}},
		{"South West", 13, []string{"Exmouthshire", "Tamarvale"}},
	}

	givenNames = []string{
		"Aisha", "Alan", "Amir", "Angela", "Bernadette", "Brian", "Carmel", "Colin", "Daniela", "Denise", "Derek", "Donna", "Elaine", "Emeka", "Farah",
		"Fiona", "Gareth", "Grace", "Hassan", "Helen", "Ibrahim", "Irene", "Jamal", "Janet", "Jess", "Joan", "Karen", "Kwame", "Leanne", "Lorna",
		"Marek", "Maureen", "Nadia", "Nigel", "Olu", "Pauline", "Pete", "Priya", "Rashid", "Rita", "Ruth", "Sam", "Sandra", "Shirley", "Stan",
		"Tariq", "Tina", "Tracey", "Vera", "Viktor", "Wayne", "Winston", "Yusuf", "Zofia",
	}
	familyNames = []string{
		"Abbott", "Adeyemi", "Ahmed", "Ashworth", "Bailey", "Begum", "Blake", "Brennan", "Chowdhury", "Clarke", "Costa", "Dunn", "Edwards", "Farrell",
		"Gill", "Goddard", "Hale", "Haque", "Holt", "Hussain", "Iqbal", "Jarvis", "Kaur", "Kelly", "Kowalski", "Lewis", "Marsh", "Mensah", "Mills",
		"Nair", "Okafor", "Osei", "Parker", "Patel", "Pearce", "Quinn", "Rahman", "Rowe", "Shah", "Sheridan", "Singh", "Tait", "Turner", "Udeh",
		"Wade", "Walsh", "Webb", "Wilcox", "Yates", "Zielinski",
	}

	ltoFirsts  = []string{"Brightwell", "Kestrel", "Lowfield", "Stepping Stones", "Bridgegate", "Northlight", "Willowbank", "Old Forge", "Riverside", "Hopewell", "Greenlane", "Threefold", "St Brannoc’s", "Harvest", "Signal Box", "Junction"}
	ltoSeconds = []string{"Homes", "Community Trust", "Voluntary Action", "Development Trust", "Community Association", "Credit Union", "Foundation"}
)

// places makes n neighbourhoods, spread over the regions as the map is, the one
// that is shown most richly first.
func places(n int, r *rand.Rand) []place {
	all := make([]place, 0, len(firsts)*len(seconds))
	for _, first := range firsts {
		for _, second := range seconds {
			all = append(all, place{name: first + " " + second})
		}
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	all[0].name = "Tanners Reach"
	var slots []int
	for i, region := range regions {
		for range region.share {
			slots = append(slots, i)
		}
	}
	r.Shuffle(len(slots), func(i, j int) { slots[i], slots[j] = slots[j], slots[i] })
	for i := range all[:n] {
		region := regions[slots[i%len(slots)]]
		all[i].region = region.name
		all[i].authority = region.authorities[r.IntN(len(region.authorities))] + " Council"
	}
	return all[:n]
}

// A priorityStory is a priority as areas have it, and what its money goes on.
type priorityStory struct {
	name  string
	lines []lineStory
}

type lineStory struct {
	name, theme string
	weight      int
	spends      []spendStory
}

type spendStory struct {
	what, payee string
	least, most int64 // pounds
}

const (
	wages  = "\x00wages"
	people = "\x00person"
)

var priorities = []priorityStory{
	{"Green spaces and play", []lineStory{
		{"Parks and play areas", "green-spaces", 20, []spendStory{
			{"Play equipment checks", "Safe Play Inspections", 300, 1400},
			{"New benches and bins", "Oakline Street Furniture", 900, 3800},
			{"Play area made new: stage payment", "Rampworks", 6000, 19000},
			{"Wildflower planting", "Hedgerow Growers", 250, 1200},
			{"Path repairs", "Dalton Groundworks", 1800, 8200},
		}},
		{"Growing and wildlife", "energy-and-climate", 7, []spendStory{
			{"Community orchard trees", "Hedgerow Growers", 300, 1500}, {"Raised beds and tools", "Sow and Grow", 200, 1100}, {"Pond clearing day", "Waterside Volunteers", 150, 600},
		}},
	}},
	{"Young people", []lineStory{
		{"Youth drop-in and holiday clubs", "children-and-young-people", 14, []spendStory{
			{"Summer holiday club", "Playtime Crew", 2400, 9600}, {"Youth drop-in, one month", "Open Door Youth", 900, 2300}, {"Sports kit", "Kitbag", 200, 900}, {"Trip to the coast", "Valley Coaches", 350, 900},
		}},
		{"Young leaders", "jobs-and-skills", 5, []spendStory{
			{"Young leaders’ weekend", "Open Door Youth", 900, 2600}, {"Bursary for a course", people, 120, 400},
		}},
	}},
	{"The Hub: a home for all of us", []lineStory{
		{"Hub building and equipment", "community-facilities", 16, []spendStory{
			{"Hub roof: stage payment", "Tilecraft Roofing", 8000, 21000}, {"Kitchen fitting", "Marlow Joinery", 2500, 7200}, {"Tables and chairs", "Gather Furniture", 700, 2600}, {"Fire alarm service", "Beacon Fire Safety", 180, 520},
		}},
		{"Hub running costs", "community-facilities", 7, []spendStory{
			{"Heating and light", "Commonwealth Energy", 240, 880}, {"Cleaning, one month", "Bright Start Cleaning", 160, 420}, {"Insurance", "Parish Mutual", 600, 1300},
		}},
	}},
	{"Health and good company", []lineStory{
		{"Lunch club and walks", "older-people", 7, []spendStory{
			{"Lunch club food and transport", "Table for Twelve", 400, 2200}, {"Walking group leader training", "Stride Training", 150, 480},
		}},
		{"Listening and wellbeing", "health-and-wellbeing", 6, []spendStory{
			{"Counselling sessions", "Quiet Room", 600, 2400}, {"Warm space, winter", "Table for Twelve", 500, 1600},
		}},
	}},
	{"Work and skills", []lineStory{
		{"Training and job help", "jobs-and-skills", 8, []spendStory{
			{"Food hygiene course", "Stride Training", 300, 900}, {"Job club, one term", "Next Step", 1100, 3600}, {"Laptop loans", "Second Byte", 900, 3200},
		}},
		{"Small grants to groups", "small-grants", 6, []spendStory{
			{"Small grant: allotment group", "Millrace Allotments", 150, 500}, {"Small grant: brass band", "Silver Band", 200, 800}, {"Small grant: street party", "Elm Street Neighbours", 100, 350}, {"Small grant to a resident", people, 100, 500},
		}},
	}},
	{"Running the partnership", []lineStory{
		{"Worker", "running-the-partnership", 15, []spendStory{{"Worker’s salary and costs", wages, 1900, 2500}}},
		{"Meetings and telling people", "involving-people", 4, []spendStory{
			{"Newsletter printing", "Inkwell Print", 280, 860}, {"Room hire and refreshments", "St Brannoc’s Hall", 60, 240}, {"Resident survey", "Doorstep Research", 700, 2100},
		}},
	}},
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }
