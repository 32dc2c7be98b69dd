"""What people say for what APIs call otherwise: groups of words that stand for one another.

General English of the things that APIs are about, not of any one API. Each line is a group; a
word may stand in several. A phrase stands for the words behind it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

from callwright.trim.vocabulary import root

__all__ = ["phrase_words", "synonyms_of"]

_GROUPS = """
delete remove erase destroy drop discard wipe purge trash scrap forget
cancel stop end abort terminate quit halt
remove kick ban expel evict dismiss throw detach
block ban blacklist forbid prohibit deny
create add make new start open register
update change edit modify adjust alter correct fix amend revise set
rename name title call
replace swap exchange switch
list show browse enumerate
search find look lookup locate query discover
read view see look display inspect
send deliver mail dispatch transmit
post publish write submit
publish release ship launch deploy
approve accept confirm authorize grant allow permit
reject decline refuse deny dismiss
invite ask add join
assign give hand delegate
share grant access permission
copy duplicate clone fork
move transfer migrate relocate
archive shelve store
restore recover undelete unarchive undo revert
merge combine join integrate
close resolve finish complete done end
reopen open resume
lock freeze block disable
unlock unfreeze enable
enable activate
disable deactivate suspend pause
retry rerun again repeat redo
run execute trigger launch dispatch start
upload attach import
download export
subscribe watch follow
unsubscribe unfollow unwatch
star favorite like bookmark save
pin stick
mute silence
schedule plan book reserve
remind reminder
verify check validate test
count number total many
compare difference diff between
pay charge settle spend
refund reimburse return
user person people member account profile
member people participant collaborator employee staff colleague
guest visitor
customer client buyer shopper
vendor supplier seller merchant
contact person address
owner boss manager admin
team group squad crew department
organization company firm business org enterprise tenant
permission access right role privilege
repository repo project code codebase
issue bug ticket problem defect case
comment reply remark note answer
message chat text mail note
email mail message
conversation thread chat discussion
channel room
notification alert inbox ping
label tag category topic
milestone deadline goal
task todo chore item job
commit change
pull merge proposal pr
review approval opinion
workflow pipeline build job ci action automation
run build execution
log output trace
release version
package artifact library binary
dependency package library
file document attachment
content file text
folder directory
image picture photo avatar logo poster cover icon
video clip movie film
show series television tv
credit cast actor director crew
song track music
album record
event meeting appointment
calendar schedule agenda
date day time when
webhook hook callback
secret password credential
credential token key
alert warning
vulnerability security hole weakness
license term
statistics stat traffic analytics metric usage insight
limit quota rate
setting configuration preference option
payment charge transaction money
invoice bill
subscription membership plan
plan tier package
price cost fee amount
product item good article
order purchase sale
cart basket checkout
stock inventory
coupon discount voucher promotion
balance money fund
payout bank withdrawal
transfer wire
dispute chargeback complaint claim
card visa mastercard
quote offer estimate
tax vat
shipping shipment delivery parcel
location place address city country
weather forecast
review rating feedback
rating vote score
recommendation suggestion similar
popular trending top
latest newest recent last
history log past
report summary
status state
presence online available
device phone computer machine
site website
link url
map route direction
template form
snippet gist
follower fan
fraud suspicious risk
birthday born birth
vacation holiday leave
salary wage payroll
candidate applicant
flight trip travel
hotel room stay
car vehicle
patient person
doctor practitioner physician
dataset table database
server instance machine vm
container image
cluster node
backup snapshot
domain dns
language locale translation
currency money exchange
question survey form
lead prospect opportunity
deal opportunity
login session signin
author writer creator
fail failure error crash broken break
stuck pending wait queue
wait pending inbox notification
missing lost lose stolen
buy purchase order checkout
sell product price checkout
earn income revenue sale balance charge
owe unpaid overdue outstanding due invoice
spend expense transaction
paid payment charge
bank account payout
cash money balance
cheap discount coupon
gift voucher credit
trial subscription
renew subscription period
tier price plan
money payment charge balance amount
inform tell notify alert webhook
tell message comment post
say message comment post
answer reply response comment
discuss comment conversation
rollback revert restore previous
leave quit exit remove
fire remove delete
hire invite add
troll spam abuse block
password credential secret login
leak secret exposed
attack vulnerability security threat
approve review accept
land merge
ship release deploy publish
deploy deployment environment
nightly scheduled workflow
instruction readme documentation guide
documentation doc page wiki
wrote author commit contributor
programmer developer contributor author
change diff compare commit
visitor traffic view audience
fan follower stargazer subscriber
copyright license legal
nickname username login name
password reset
bill billing invoice payment
bot app integration
robot bot automation
plugin app extension integration
room channel meeting
call meeting phone
ring call
voice audio call
loud volume sound
skip next
listen play stream
watch view play
picture photo avatar thumbnail
draw chart report
graph chart metric
slow performance latency metric
memory cpu usage metric
disk storage volume
speed performance rate
copy backup snapshot version
older previous version history
draft version
sign signature agreement
contract agreement document
paper document file
spreadsheet sheet workbook table
slide presentation deck
column field property
row record entry item
record entry log
attach attachment file
everyone all public
anyone public everyone
hide private visibility
visible public visibility
secret private
boss manager owner
tenant customer organization
colleague member user
kid child
parent ancestor
near nearby location
far distance
cheapest price
busy available schedule
free available
late overdue delay
tomorrow date schedule
yesterday date history
week date
month date
"""
_PHRASES: Mapping[str, str] = {
    "get rid of": "delete",
    "turn on": "enable",
    "turn off": "disable",
    "switch on": "enable",
    "switch off": "disable",
    "set up": "create",
    "sign up": "register subscribe",
    "sign in": "login",
    "log in": "login",
    "money back": "refund",
    "paid back": "refund",
    "throw out": "remove",
    "kick out": "remove",
    "take off": "remove",
    "look like": "image",
    "looks like": "image",
    "look for": "search",
    "look up": "search",
    "how many": "count",
    "how much": "amount total",
    "do not disturb": "dnd",
    "out of office": "vacation",
}
_PHRASE = re.compile(r"\b(?:" + "|".join(_PHRASES) + r")\b", re.IGNORECASE)


def phrase_words(text: str) -> Iterator[str]:
    """The words that the phrases in a text stand for.

    >>> list(phrase_words("Get rid of the alarm"))
    ['delete']
    """
    for phrase in _PHRASE.findall(text):
        yield from _PHRASES[phrase.lower()].split()


def synonyms_of(word: str) -> tuple[str, ...]:
    """The roots that may stand for a root, in a fixed order.

    >>> synonyms_of("ticket")
    ('issu', 'bug', 'problem', 'defect', 'cas')
    """
    return _table().get(word, ())


@cache
def _table() -> Mapping[str, tuple[str, ...]]:
    table: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for line in _GROUPS.strip().splitlines():
        group = [root(word) for word in line.split()]
        for word in group:
            table[word].update(dict.fromkeys(other for other in group if other != word))
    return {word: tuple(others) for word, others in table.items()}
