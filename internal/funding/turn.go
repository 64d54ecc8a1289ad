package funding

import (
	"fmt"
	"slices"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/fault"
)

// MayApprove says why an actor may not approve the payment as it now stands, or
// nothing where they may. Like all in this file it is what pages ask before
// they offer a step; the step itself is held against the data once more.
func (p Payment) MayApprove(by access.Actor, a area.Area) error {
	if err := by.Must(access.ApprovePayment, a.Place()); err != nil {
		return err
	}
	if err := p.waits(); err != nil {
		return err
	}
	switch {
	case p.PreparedBy == by.Person:
		return errOwn("You prepared this payment, so somebody else approves it.")
	case p.voidOf(by):
		return errOwn(yourVoid)
	case p.approvedBy(by):
		return fault.New(fault.Conflict, "You approved this payment. It waits for somebody else’s approval now.")
	case p.State() != PaymentPrepared:
		return fault.New(fault.Conflict, "This payment has all the approvals that it needs.")
	}
	return nil
}

// MayRelease says why an actor may not release the payment, or nothing.
func (p Payment) MayRelease(by access.Actor, a area.Area) error {
	if err := by.Must(access.ReleasePayment, a.Place()); err != nil {
		return err
	}
	if err := p.waits(); err != nil {
		return err
	}
	switch {
	case p.PreparedBy == by.Person:
		return errOwn("You prepared this payment, so somebody else releases it.")
	case p.approvedBy(by):
		return errOwn("You approved this payment, so somebody else releases it.")
	case p.State() != PaymentApproved:
		return fault.New(fault.Conflict, "This payment waits for approval. It cannot be released before.")
	}
	return nil
}

// MayCallOff says why an actor may not call the payment off, or nothing.
func (p Payment) MayCallOff(by access.Actor, a area.Area) error {
	if err := by.Must(access.PreparePayment, a.Place()); err != nil {
		return err
	}
	return p.waits()
}

// MayHandBack says why an actor may not record that a part of the payment came
// back, or nothing.
func (p Payment) MayHandBack(by access.Actor, a area.Area) error {
	if err := by.Must(access.ReversePayment, a.Place()); err != nil {
		return err
	}
	switch {
	case p.State() == PaymentReversed:
		return fault.New(fault.Conflict, "This payment was reversed, so there is nothing to hand back.")
	case p.State() != PaymentReleased:
		return fault.New(fault.Conflict, "This payment was not released, so there is nothing to take back. Call it off instead.")
	case !p.Stays().Positive():
		return fault.New(fault.Conflict, "All of this payment was handed back already.")
	}
	return nil
}

// Whose says, kindly, that the payment's next step is somebody else's because
// of the part that this actor has had in it; "" where that is not so.
func (p Payment) Whose(by access.Actor) string {
	if !by.SignedIn() || p.waits() != nil {
		return ""
	}
	step, next := "approves", "approve"
	if p.State() == PaymentApproved {
		step, next = "releases", "release"
	}
	switch {
	case p.PreparedBy == by.Person:
		return fmt.Sprintf("You prepared this payment, so somebody else %s it.", step)
	case p.voidOf(by):
		return yourVoid
	case p.approvedBy(by):
		return fmt.Sprintf("You approved this payment. It is for somebody else to %s it now.", next)
	}
	return ""
}

// mustBeSure is what is asked of who moves money: that they may, and that it is
// sure who they are. Pages offer the step to those who may and are not sure yet;
// it asks for their passkey first.
func mustBeSure(by access.Actor, p access.Permission, in access.Place) error {
	if err := by.Must(p, in); err != nil {
		return err
	}
	return by.MustBeSure()
}

func (p Payment) approvedBy(by access.Actor) bool {
	return slices.ContainsFunc(p.Approvals, func(x Approval) bool { return x.By == by.Person })
}

// yourVoid is said to who approved a payment and told since of an interest in it.
const yourVoid = "You approved this payment, and told us since of an interest in who is paid. Thank you. Your approval counts no more, and somebody else approves it."

// voidOf reports whether an actor's approval counts no more.
func (p Payment) voidOf(by access.Actor) bool {
	return slices.ContainsFunc(p.Approvals, func(x Approval) bool { return x.By == by.Person && x.Void })
}

// MaySeeReference reports whether an actor may see under which reference a
// payment stands on the bank statement.
func (p Payment) MaySeeReference(by access.Actor, a area.Area) bool {
	return by.May(access.SeePayments, a.Place()) || by.May(access.SeeMoneyDesk, placeOf(a, p.Organisation))
}

// MayAccept says why an actor may not accept the offer letter, or nothing.
func (o Offer) MayAccept(by access.Actor, a area.Area) error {
	if err := by.Must(access.AcceptOffer, placeOf(a, o.Organisation)); err != nil {
		return err
	}
	switch {
	case o.Accepted():
		return fault.New(fault.Conflict, "This offer letter was accepted already.")
	case o.SupersededBy != 0:
		return fault.New(fault.Conflict, fmt.Sprintf("Offer letter %d took this one’s place.", o.SupersededBy))
	case !o.Declined.On.IsZero():
		return errDeclined
	}
	return nil
}

// MayCertify says why an actor may not certify the spend, or nothing.
func (s Spend) MayCertify(by access.Actor, a area.Area) error {
	if err := by.Must(access.CertifySpend, placeOf(a, s.Organisation)); err != nil {
		return err
	}
	switch {
	case s.State() != SpendProvided:
		return fault.New(fault.Conflict, "This was "+string(s.State())+" already.")
	case s.ProvidedBy == by.Person:
		return errOwn("You recorded this spending, so somebody else certifies it.")
	}
	return nil
}

// MaySendBack says why an actor may not send the spend back, or nothing. Who
// recorded it may take it back too.
func (s Spend) MaySendBack(by access.Actor, a area.Area) error {
	place := placeOf(a, s.Organisation)
	if !by.May(access.CertifySpend, place) && (s.ProvidedBy != by.Person || !by.May(access.ProvideSpend, place)) {
		return by.Must(access.CertifySpend, place)
	}
	if s.State() != SpendProvided {
		return fault.New(fault.Conflict, "This was "+string(s.State())+" already.")
	}
	return nil
}

// MayReverse says why an actor may not reverse the spend, or nothing.
func (s Spend) MayReverse(by access.Actor, a area.Area) error {
	if err := by.Must(access.CertifySpend, placeOf(a, s.Organisation)); err != nil {
		return err
	}
	switch {
	case s.State() == SpendReversed:
		return fault.New(fault.Conflict, "This was reversed already.")
	case s.State() != SpendCertified:
		return fault.New(fault.Conflict, "This was not certified, so there is nothing to reverse.")
	case s.ProvidedBy == by.Person:
		return errOwn("You recorded this spending, so somebody else reverses it.")
	}
	return nil
}

// Whose says, kindly, that the next step is somebody else's because this actor
// recorded the spend; "" where that is not so.
func (s Spend) Whose(by access.Actor) string {
	if by.SignedIn() && s.ProvidedBy == by.Person && s.State() == SpendProvided {
		return "You recorded this spending, so somebody else certifies it."
	}
	return ""
}
