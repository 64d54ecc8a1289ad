package plan

// A Standing is where a version has got to.
type Standing string

// The standings. A version that was written before the one in force, and not
// adopted by then, can be adopted no more.
const (
	Proposed  Standing = "draft"
	Governing Standing = "in force"
	Former    Standing = "earlier plan"
	Overtaken Standing = "draft, overtaken"
	PutAway   Standing = "draft, discarded"
)

// Standing tells where v has got to, given the number of the version in force,
// which is 0 before any was adopted.
func (v Version) Standing(inForce int64) Standing {
	switch {
	case v.IsAdopted() && v.Number == inForce:
		return Governing
	case v.IsAdopted():
		return Former
	case v.IsDiscarded():
		return PutAway
	case v.Number < inForce:
		return Overtaken
	}
	return Proposed
}
