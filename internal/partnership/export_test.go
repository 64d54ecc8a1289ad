package partnership

// AgreementReaders are those of agreements alone, for a world whose members were
// put there without history.
var AgreementReaders = agreementReaders
