package workshop_test

import (
	"errors"
	"testing"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/workshop"
)

// What was taken on is ticked off, once, also after the record is finished; and a sign of
// one's own is said in words.
func TestWhatWasTakenOnIsTickedOff(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		today := w.Today()
		w.parks()
		of := w.begin(workshop.Mapping, "", w.gathering())
		for _, one := range []workshop.Answers{{"two": "trust\nown"}, {"two": "own\nown2", "own": "We laugh"}, {"two": "own\nown2", "own2": " ", "own": "We laugh"}} {
			if err := w.write(of, "criteria", one); !errors.As(err, new(fault.Invalid)) {
				t.Errorf("%v: got %v, want that their own sign is asked for", one, err)
			}
		}
		w.check(w.write(of, "criteria", workshop.Answers{"two": "own\nown2", "own": "We laugh", "own2": "They ring back"}))
		w.check(w.Start(t.Context(), w.p.Chair, w.p.Area, of, string(w.Form())))
		name := w.get(of).Sheet("map", workshop.Ours).Items[0]["name"]
		w.check(w.write(of, "good", workshop.Answers{"which": name}))
		w.check(w.write(of, "develop", workshop.Answers{"which": name}))
		w.check(w.write(of, "actions", workshop.Answers{"what": "Ring the school", "who": "Yusuf", "by": today.AddDays(9).String()}))
		w.check(w.write(of, "actions", workshop.Answers{"what": "Bake a cake", "who": "Denise"}))
		w.check(w.say(of, workshop.Finished, ""))

		tick := func(n workshop.NewDone) error {
			n.Form = string(w.Form())
			return w.Tick(t.Context(), w.p.Chair, w.p.Area, of, n)
		}
		for _, bad := range []workshop.NewDone{{On: today}, {What: []string{"Bake a cake"}}, {What: []string{"Bake a cake"}, On: today.AddDays(1)}, {What: []string{"Sing"}, On: today}} {
			if err := tick(bad); !errors.As(err, new(fault.Invalid)) {
				t.Errorf("%+v: got %v", bad, err)
			}
		}
		w.check(tick(workshop.NewDone{What: []string{"Bake a cake"}, On: today, Words: "Lemon"}))
		if err := tick(workshop.NewDone{What: []string{"Bake a cake"}, On: today}); !errors.As(err, new(fault.Invalid)) {
			t.Errorf("done twice: got %v", err)
		}
		r := w.get(of)
		if todo := r.ToDo(); len(todo) != 1 || todo[0].What != "Ring the school" || todo[0].By != today.AddDays(9) {
			t.Errorf("to do: got %+v", todo)
		}
		if tasks := r.Tasks(); tasks[1].Done.On != today || tasks[1].Done.Words != "Lemon" {
			t.Errorf("the tasks: got %+v", tasks)
		}
		w.refused(w.Tick(t.Context(), w.Millbrook.Chair, w.Millbrook.Area, of, workshop.NewDone{Form: string(w.Form()), What: []string{"Ring the school"}, On: today}), fault.NotFound)
		w.verified()
	})
}
