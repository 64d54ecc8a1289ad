// Whole stories of people who decide together and work with others, as somebody with a keyboard lives them (keyboard.mjs).
// Each makes what it needs, so that they can be lived in any order in one demonstration.

const HOME = '/areas/tanners-reach'
const TODAY = { day: '14', month: '10', year: '2026' } // of the demonstration
const on = (name, { day, month, year } = TODAY) => ({ [`${name}-day`]: day, [`${name}-month`]: month, [`${name}-year`]: year })
const COUNCIL = 'Welland Forest Council'

// The chair answers and rings the others, the worker confirms what they said, and the chair records what came of it.
async function everybodyAgrees(me, decision, reason, words) {
  if (!await me.has('stand')) {
    await me.goesTo(`${decision}/steps`)
    await me.sends(/^Ask/)
    await me.goesTo(decision)
  }
  await me.fills({ stand: 'support', reason })
  await me.sends(/^Save my answer/)
  await me.isToldFirst(/./)
  const rang = [/Aneela/, /Maggie/, /Yusuf/, /Bernadette/] // five residents must answer
  for (const who of rang) {
    await me.goesTo(`${decision}/paper`)
    await me.fills({ for: who, via: 'telephone', stand: 'support' })
    await me.sends(/^Enter this/)
    await me.isToldFirst(/./)
  }
  await me.looksAroundAs('worker')
  await me.goesTo(decision)
  for (const who of rang) {
    await me.sends(who)
    await me.isToldFirst(/./)
  }
  await me.looksAroundAs('chair')
  await me.goesTo(`${decision}/steps`)
  await me.fills({ outcome: 'agreed', words }, '/agreement')
  await me.sends(/^Record this/)
  await me.isToldFirst(/./)
}

export const STORIES = {
  'arrange a meeting, put something on its agenda and agree it, keep who came, and write, circulate, agree and correct its notes': async (me) => {
    await me.looksAroundAs('chair')
    await me.goesTo(`${HOME}/meetings/new`)
    await me.sends(/^Arrange this meeting/)
    await me.mends(/Enter the day of the meeting/, 'on-day')
    await me.fills({ ...on('on'), place: 'The Hub' })
    await me.sends(/^Arrange this meeting/)
    await me.isToldFirst(/arranged/i)
    await me.activates('link', /^Put something on the agenda/)
    await me.sends(/^Put it on the agenda/)
    await me.mends(/about/i, 'title')
    await me.fills({ title: 'Lamps on the steps', minutes: '10' })
    await me.sends(/^Put it on the agenda/)
    await me.isToldFirst(/on the agenda/)
    await me.sends(/agenda is agreed|agrees? (to )?this agenda|agreed the agenda|agree/i)
    await me.isToldFirst(/agreed/)
    const meeting = me.path()
    await me.goesTo(`${meeting}/attendance`)
    await me.fills({ 'way-1': /in the room/, 'way-2': /by telephone/ })
    await me.sends(/^Keep/)
    await me.isToldFirst(/./)
    await me.goesTo(`${meeting}/notes`)
    await me.fills({ 'said-1': 'They are dark.', 'agreed-1': 'We ask the council.', well: 'Soup', badly: 'Cold' })
    await me.sends(/^Keep the notes/)
    await me.isToldFirst(/./)
    await me.goesTo(meeting)
    await me.sends(/circulate|give them|to everyone/i)
    await me.isToldFirst(/./)
    await me.goesTo(meeting)
    await me.sends(/^Record that they are agreed/)
    await me.isToldFirst(/agreed/)
    await me.goesTo(`${meeting}/corrections/new`)
    await me.sends(/^Put this beside/)
    await me.mends(/Copy here/, 'stood')
    await me.fills({ stood: 'They are dark.', right: 'They are dark in winter.' })
    await me.sends(/^Put this beside/)
    await me.isToldFirst(/./)
    await me.reads(/They are dark in winter/)
  },
  'put a decision forward, answer it, enter and confirm what others said, and close it with its result': async (me) => {
    await me.looksAroundAs('chair')
    await me.goesTo(`${HOME}/decisions`)
    await me.activates('link', /^Put something forward/)
    await me.activates('link', /^Something else/)
    await me.sends(/^Go on/)
    await me.mends(/Give it a name/, 'title')
    await me.fills({ title: 'Thank the bus drivers', question: 'Shall we thank the bus drivers?' })
    await me.sends(/^Go on/)
    for (let step = 0; step < 3 && await me.may(/^Go on/); step++) await me.sends(/^Go on/)
    await me.sends(/^Put it forward|^Put this forward|^Ask everybody/)
    await me.isToldFirst(/./)
    const decision = me.path()
    await everybodyAgrees(me, decision, 'They wait for people who run.', 'We write to the depot.')
    await me.reads(/What came of it Agreed/)
  },
  'enter a vote from paper, and confirm it as a second person': async (me) => {
    await me.looksAroundAs('chair')
    await me.goesTo(`${HOME}/decisions/24/paper`)
    await me.sends(/^Enter this/)
    await me.reads(/Choose whose answer this is.*Choose how they told you.*Choose what they said/)
    await me.mends(/./, 'for')
    await me.fills({ for: /Tom Pearce/, via: 'paper', choice: 'yes' })
    await me.sends(/^Enter this/)
    await me.isToldFirst(/./)
    await me.looksAroundAs('worker')
    await me.goesTo(`${HOME}/decisions/24`)
    await me.sends(/^It is as they said/)
    await me.isToldFirst(/./)
  },
  'tell of an interest': async (me) => {
    await me.looksAroundAs('member')
    await me.goesTo(`${HOME}/people/interests`)
    await me.activates('link', /^Tell us of an interest/)
    await me.sends(/^Put it in the register/)
    await me.mends(/Choose what you have to do/, 'kind')
    await me.fills({ kind: 'own group', organisation: 'Elm Street Knitters', ...on('from', { day: '1', month: '4', year: '2025' }) })
    await me.sends(/^Put it in the register/)
    await me.isToldFirst(/./)
  },
  'add a person to the partnership, and go back again': async (me) => {
    await me.looksAroundAs('chair')
    await me.goesTo(`${HOME}/people`)
    await me.activates('link', /^Add somebody/)
    await me.sends(/^Add them/)
    await me.mends(/Enter the person/, 'name')
    await me.fills({ name: 'Zofia Lark', kind: 'friend', resident: 'yes' })
    await me.goesBackTo('name')
    await me.sends(/^Add them/)
    await me.isToldFirst(/./)
    await me.reads(/Zofia Lark/)
  },
  'write the memorandum anew, and sign it for both sides': async (me) => {
    await me.looksAroundAs('programme-officer')
    await me.goesTo(`${HOME}/agreements`)
    await me.activates('link', /^Write another version of what the partnership and/)
    await me.fills({ why: 'To say who rings whom.' })
    await me.sends(/^Keep this text/)
    await me.isToldFirst(/./)
    const agreement = me.path()
    for (const who of ['chair', 'programme-officer']) {
      await me.looksAroundAs(who)
      await me.goesTo(agreement)
      await me.ticks('read')
      await me.sends(/^Sign|^I sign/)
      await me.isToldFirst(/signed/i)
    }
  },
  'record what people are asked, put a plan to the partnership, and see it adopted': async (me) => {
    await me.looksAroundAs('chair')
    await me.goesTo(`${HOME}/plan/consultations/new`)
    await me.sends(/^Save/)
    await me.mends(/./, 'title')
    await me.fills({ title: 'At the school gate', question: 'What would help you?', whom: 'Parents' })
    await me.sends(/^Save/)
    await me.isToldFirst(/./)
    await me.goesTo(`${HOME}/plan/versions/4`)
    await me.activates('link', /^Put this version to the partnership/)
    await me.fills({ title: 'Our plan, version 4', question: 'Is this our plan?', plan_version: /4/ })
    for (let step = 0; step < 3 && await me.may(/^Go on/); step++) await me.sends(/^Go on/)
    await me.sends(/^Put it forward|^Put this forward|^Ask everybody/)
    await me.isToldFirst(/./)
    await everybodyAgrees(me, me.path(), 'It says what we heard.', 'This is our plan.')
    await me.reads(/What came of it Agreed/)
    await me.goesTo(`${HOME}/plan/versions/4`)
    await me.reads(/Adopted (?!not yet)/)
    await me.goesTo(`${HOME}/plan`)
    await me.reads(/[Vv]ersion 4/)
  },
  'add a relationship in under a minute': async (me) => {
    await me.looksAroundAs('chair')
    await me.goesTo(`${HOME}/relationships/new`)
    await me.sends(/^(Add|Put|Keep|Save)/)
    await me.mends(/./, 'who')
    const before = me.presses
    await me.fills({ who: 'Canal Anglers', type: /community|group/i, kinds: 'friend', closeness: 'now-and-then' })
    await me.sends(/^(Add|Put|Keep|Save)/)
    await me.isToldFirst(/./)
    const presses = me.presses - before
    if (presses > 120) me.stops(`${presses} presses are more than a minute’s`) // two a second
    me.notes(`${presses} presses from the form to the relationship`)
  },
  'note a word with somebody, and a promise, and that it is kept': async (me) => {
    await me.looksAroundAs('chair')
    await me.goesTo(`${HOME}/relationships`)
    await me.activates('link', /parks team/i, 'main table a, main li a, main .row a, #list a')
    const link = me.path()
    await me.activates('link', /^We were in touch/)
    await me.sends(/^(Note|Keep|Save)/)
    await me.mends(/./, 'how')
    await me.fills({ how: 'phoned', words: 'They mend the gate.' })
    await me.sends(/^(Note|Keep|Save)/)
    await me.isToldFirst(/./)
    await me.goesTo(`${link}/promises`)
    await me.fills({ side: 'ours', what: 'Count the bins by the gate' })
    await me.sends(/^Note it/)
    await me.isToldFirst(/./)
    await me.goesTo(`${HOME}/promises`)
    await me.activates('link', /^Count the bins by the gate/)
    await me.fills({ what: 'kept' })
    await me.sends(/^Keep this/)
    await me.isToldFirst(/./)
  },
  'see what hangs on somebody, and the map by its list and its dates': async (me) => {
    await me.looksAroundAs('chair')
    await me.goesTo(`${HOME}/relationships`)
    await me.activates('link', /^2019/)
    await me.reads(/1 January 2019/)
    await me.activates('link', /^Who holds what/)
    await me.activates('link', /^Sam Webb/)
    await me.reads(/Healthy Living Team/)
  },
  'open a workshop': async (me) => {
    await me.looksAroundAs('chair')
    await me.goesTo(`${HOME}/together`)
    await me.activates('link', /^Hold a mapping workshop/)
    await me.sends(/^Begin/)
    await me.mends(/./, 'who')
    await me.fills({ where: 'The Hub', how: 'screen', who: 'Denise, chair' })
    await me.sends(/^Begin/)
    await me.isToldFirst(/./)
    await me.activates('link', /./, 'main a[href*="/marks/"], main a[href*="/questions/"]')
    await me.sends(/^(Keep|Save|Go on|Next)/)
  },
  'answer a health check': async (me) => {
    await me.looksAroundAs('chair')
    await me.goesTo(`${HOME}/together`)
    await me.activates('link', /./, 'main a[href$="/begin/check"]')
    await me.sends(/^Begin/)
    await me.mends(/./, 'council')
    await me.fills({ council: COUNCIL })
    await me.sends(/^Begin/)
    await me.isToldFirst(/./)
    await me.activates('link', /./, 'main a[href*="/marks/"], main a[href*="/questions/"]')
    await me.sends(/^(Keep|Save|Go on|Next)/)
  },
  'share with an officer by a link, and take it back': async (me) => {
    await me.looksAroundAs('chair')
    await me.goesTo(`${HOME}/relationships`)
    await me.activates('link', /parks team/i, 'main table a, main li a, main .row a, #list a')
    await me.goesTo(`${me.path()}/share`)
    await me.sends(/^Make the link/)
    await me.mends(/./, 'for_whom')
    await me.fills({ for_whom: 'Ola, parks team' })
    await me.sends(/^Make the link/)
    await me.reads(/\/shared\//)
    await me.goesTo(`${HOME}/shares`)
    await me.sends(/^Take this link back for Ola|^Take.*Ola/)
    await me.isToldFirst(/./)
  },
  'read and answer as an officer of an agency': async (me) => {
    await me.looksAroundAs('agency-officer')
    await me.activates('link', /^Tanners Reach/, 'main a')
    await me.sends(/./, 'main form[method=post] button')
    await me.isToldFirst(/./)
    await me.reads(new RegExp(COUNCIL + '|parks'))
  },
}

// What only a partnership that is just beginning can do: in a world where nobody was endorsed.
export const BEGINNINGS = {
  'put a partnership together, write its memorandum, and endorse it, so that its chair is asked to sign': async (me) => {
    const home = '/areas/upper-example'
    await me.looksAroundAs('programme-officer')
    await me.goesTo(`${home}/endorsement`)
    await me.reads(/Nobody has a say in it yet/)
    await me.sends(/^Endorse this partnership/)
    await me.reads(/cannot be endorsed as it was/)
    for (const name of ['Ada', 'Ben', 'Cleo', 'Dev', 'Ella', 'Finn', 'Grace', 'Hal']) {
      await me.goesTo(`${home}/people/new`)
      await me.fills({ name: `${name} Lark`, kind: 'resident' })
      await me.sends(/^Add them/)
      await me.isToldFirst(/./)
    }
    await me.goesTo(`${home}/agreements`)
    await me.activates('link', /^Write the first version of what the partnership and/)
    await me.sends(/^Keep this text/)
    await me.isToldFirst(/./)
    const agreement = me.path()
    await me.looksAroundAs('chair')
    await me.goesTo(agreement)
    if (await me.may(/^Sign|^I sign/)) me.stops('the chair may sign before the partnership is endorsed')
    await me.looksAroundAs('programme-officer')
    await me.goesTo(`${home}/agreements`)
    await me.activates('link', /^Endorsement/)
    await me.fills({ words: 'We came to your second meeting.' })
    await me.sends(/^Endorse this partnership/)
    await me.isToldFirst(/endorsed/i)
    await me.looksAroundAs('chair')
    await me.goesTo(agreement)
    await me.ticks('read') // signed by the chair of the place alone, as “write the memorandum anew” does
    if (!await me.may(/^Sign|^I sign/)) me.stops('the chair may not sign after the partnership is endorsed')
  },
}
