package project

// A Template is a risk sheet to begin from, in our own words.
type Template struct {
	Code, Name string
	Risks      []Risk
}

// Templates are those that every area has. They are short on purpose: a page that
// is read is safer than a folder that is not.
func Templates() []Template {
	return []Template{
		{"open-air", "An event out of doors", []Risk{
			{"Somebody trips or falls", "Everyone, people who walk with difficulty most", "Walk the ground beforehand. Tape down cables, fill or mark holes, keep paths clear.", "Who sets up"},
			{"Bad weather: heat, storm, ice", "Everyone, small children and old people most", "Look at the forecast the day before. Have shade and water. Say beforehand when we would call it off.", "Who leads the day"},
			{"A child is lost", "Children", "Have one place where lost children go, with two people whom we know. Tell everyone where it is.", "Stewards"},
			{"Stalls, gazebos or bouncy castles move in the wind", "Everyone near", "Weigh them down. Take gazebos down, and let the air out, when the wind is strong.", "Who brings them"},
			{"Cars among people", "Everyone", "Close the way to cars while people are there. Ask the council early if it is a road.", "Stewards"},
			{"Somebody is hurt or ill", "Everyone", "Have a first-aider, a kit and a telephone. Know the address and the way in for an ambulance.", "First-aider"},
		}},
		{"food", "Food and drink", []Risk{
			{"Food makes people ill", "Everyone, babies, pregnant and old people most", "Keep cold food cold and hot food hot. Cook through. Throw away what stood for two hours.", "Cooks"},
			{"Somebody is allergic", "People with allergies", "Write on a card what is in each dish. Ask. Keep a dish apart for those who need it.", "Cooks"},
			{"Burns and scalds", "Cooks, children", "Keep children out of the kitchen. Put urns at the back of the table.", "Who serves"},
			{"Cuts and slips in the kitchen", "Cooks", "Wipe up at once. Keep knives in one place. Have blue plasters.", "Cooks"},
			{"Unclean hands", "Everyone", "Wash hands with soap before and after. Who was ill in the last two days does not cook.", "Cooks"},
		}},
		{"children", "Children and young people", []Risk{
			{"An adult harms a child", "Children and young people", "Everyone who works with them is checked as the law asks. Two adults always. Everyone knows whom to tell.", "Who leads the group"},
			{"A child tells us of something serious", "The child", "Listen, do not promise to keep it secret, tell the safeguarding lead the same day. Write nothing of it here.", "Everyone"},
			{"A child leaves without anyone knowing", "Children", "Sign in and out. Know who may fetch whom.", "Who is at the door"},
			{"Too few adults", "Children", "Agree beforehand how many are needed. If there are too few, we do not open.", "Who leads the group"},
			{"Photographs are shared without leave", "Children", "Ask parents in writing first. Take none of those who said no.", "Who takes photographs"},
		}},
		{"building", "Using a building", []Risk{
			{"Fire", "Everyone inside", "Keep the ways out clear. Say at the start where they are. Count people in. Test the alarm.", "Who opens up"},
			{"Somebody cannot get in or out", "People who use wheels or walk with difficulty", "Use rooms without steps. Agree who helps whom in an emergency.", "Who opens up"},
			{"Trips, falls and heavy things", "Everyone", "Stack chairs low. Two people carry a table.", "Everyone"},
			{"Somebody is alone in the building", "Who opens and locks up", "Open and lock up in twos, or telephone somebody afterwards.", "Key holders"},
			{"Bad wiring", "Everyone", "Use nothing that is damaged. Have things tested as the owner asks.", "The owner of the building"},
		}},
		{"trip", "A trip", []Risk{
			{"Somebody is left behind", "Everyone, children most", "Count people on and off. Swap telephone numbers. Say where and when we meet.", "Who leads the trip"},
			{"The bus breaks down or crashes", "Everyone", "Use a firm that we know. Seat belts on. Have the firm’s emergency number.", "Who books"},
			{"Water", "Children, weak swimmers", "Say where nobody swims. Look out in turns.", "Who leads the trip"},
			{"Somebody is taken ill", "Everyone", "Bring medicines, a first-aid kit and numbers to ring. Know the nearest hospital.", "First-aider"},
			{"It costs more than somebody has", "People without money to spare", "Say all costs beforehand. Have a little set by, and ask quietly.", "Who books"},
		}},
		{"online", "Meeting or sharing online", []Risk{
			{"Strangers come in", "Everyone, young people most", "Send the link only to those invited. Use a waiting room. Somebody looks after the door.", "Host"},
			{"Somebody is bullied", "Everyone", "Say at the start how we talk to each other. Remove who does not.", "Host"},
			{"Addresses of all are shown to all", "Everyone", "Write to each alone, or hide the addresses.", "Who sends"},
			{"Something private is recorded or shared", "Everyone", "Ask before recording. Say where it is kept and until when.", "Host"},
			{"People without a device are left out", "People without internet", "Let people ring in. Send papers by post.", "Who invites"},
		}},
	}
}
