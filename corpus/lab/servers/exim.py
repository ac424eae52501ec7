"""Exim: one configuration file of our own; what fails to be delivered after 12 s is given up."""

from corpus.lab.machine import Machine
from corpus.lab.roots import Recipe
from corpus.lab.scenarios import scenario, to
from corpus.lab.server import Server

from .common import EXIT_CODES, FAILING_PROGRAM, add_failing_program, exit_aliases, local

MAIN = """
primary_hostname = mail.lab.example
qualify_domain = lab.example
domainlist local_domains = lab.example : mail.lab.example : localhost
local_interfaces = 127.0.0.1
log_file_path = syslog
acl_smtp_rcpt = take
acl_smtp_data = take
dsn_advertise_hosts = *
smtputf8_advertise_hosts = *
delay_warning = 4s:9s
delay_warning_condition = true
ignore_bounce_errors_after = 8s
timeout_frozen_after = 8s
bounce_return_size_limit = 20K
received_headers_max = 30
smtp_accept_max = 60
queue_run_max = 10
remote_max_parallel = 4
message_size_limit = 6M
trusted_users = root
never_users =
keep_environment =
errors_copy = r-unknown@origin.example errcopy@origin.example
"""
ROUTING = rf"""
begin acl
take:
  accept

begin routers
aliases:
  driver = redirect
  domains = lab.example
  data = ${{lookup{{$local_part}}lsearch{{/etc/exim4/lab.aliases}}}}
  allow_fail
  allow_defer
  file_transport = address_file
  pipe_transport = address_pipe
  qualify_preserve_domain
errors_to:
  driver = redirect
  domains = errto.lab.example
  data = unknown@dest.example
  errors_to = errto@origin.example
vacation:
  driver = accept
  domains = lab.example
  local_parts = vac
  transport = vacation
lmtp:
  driver = manualroute
  domains = lmtp.example
  route_list = * 127.0.0.2
  transport = lmtp
tls_must:
  driver = manualroute
  domains = tlsmust.example
  route_list = * 127.0.0.2
  transport = smtp_tls
no_route:
  driver = manualroute
  domains = noroute.example
  route_list = * no.such.host.example
  host_find_failed = decline
  transport = smtp
piped:
  driver = accept
  domains = pipe.example
  transport = failing_pipe
remote:
  driver = dnslookup
  domains = ! +local_domains
  transport = smtp
  self = fail
  cannot_route_message = ${{if eq{{$domain}}{{nodata.example}}{{Custom text: $domain is unroutable for $local_part}}}}
  no_more
users:
  driver = accept
  check_local_user
  transport = mailbox
  cannot_route_message = Unknown user

begin transports
smtp:
  driver = smtp
  connect_timeout = 2s
  command_timeout = 3s
  final_timeout = 4s
  message_linelength_limit = 100000
lmtp:
  driver = smtp
  protocol = lmtp
  port = 24
  allow_localhost
  hosts_override
smtp_tls:
  driver = smtp
  hosts_require_tls = *
mailbox:
  driver = appendfile
  file = /var/mail/$local_part_data
  quota = 3K
  quota_warn_threshold = 50%
  quota_warn_message = "\
   To: quotawarn-$local_part@origin.example\n\
   Subject: Your mailbox is filling up\n\n\
   This message is automatically created by mail delivery software.\n\n\
   The size of your mailbox has exceeded a warning threshold.\n"
  delivery_date_add
  envelope_to_add
  return_path_add
  group = mail
  mode = 0660
address_file:
  driver = appendfile
  user = nobody
address_pipe:
  driver = pipe
  user = nobody
  return_output
  timeout = 3s
failing_pipe:
  driver = pipe
  command = {FAILING_PROGRAM} $local_part
  user = nobody
  return_fail_output
  temp_errors = 75
vacation:
  driver = autoreply
  user = nobody
  to = $sender_address
  from = vac@lab.example
  subject = "${{if def:h_Subject: {{Autoreply: $h_Subject:}} {{I am on vacation}}}}"
  headers = "Auto-Submitted: auto-replied"
  text = "I am away until Monday.\nYour message will not be forwarded.\n"
  return_message

begin retry
*  *  F,12s,3s
"""
ALIASES = f"""{exit_aliases()}
failed: :fail: This account was closed on 1 March; see https://lab.example/moved
failcode: :fail: 550 5.2.1 account disabled by administrator
deferred: :defer: directory server is down
sig: "|kill -9 $$"
hang: "|sleep 60"
nocmd: |/no/such/command
nofile: /no/such/dir/file
aloop1: aloop2@lab.example
aloop2: aloop1@lab.example
noinc: :include:/no/such/include
toremote: unknown@dest.example
tonx: nobody@nxdomain.example
badalias: this is <not a valid@@ address
tolist: unknown@dest.example, ok@nodsn.example, alice@lab.example
empty:
postmaster: pm@origin.example
"""
LOCAL = "failed failcode deferred sig hang nocmd nofile aloop1 noinc toremote tonx badalias tolist empty"
QUOTA_WARNING = b"From: x@origin.example\r\nSubject: quota\r\n\r\n" + (b"y" * 70 + b"\r\n") * 26
OTHER_WAYS = r"""
mail() { printf "$@"; }
mail 'From: x@origin.example\nTo: unknown@dest.example\nSubject: x\n\nbody\n' \
  | exim -f v-cmdline@origin.example -odi unknown@dest.example
mail 'no recipients here\n\nbody\n' | exim -t -oem -f v-norcpt@origin.example
mail 'To: broken address@@x, ok@dest.example\nSubject: syntax\n\nbody\n' | exim -t -oem -f v-badaddr@origin.example
(yes 'Received: from a by b; Mon, 06 Jan 2025 10:11:12 +0100' | head -60; mail 'Subject: hops\nTo: ok@dest.example\n\nx\n') \
  | exim -oem -f v-hops@origin.example ok@dest.example
(mail 'Subject: big\nTo: ok@dest.example\n\n'; head -c 7000000 /dev/zero | tr '\0' x | fold -w 70) \
  | exim -oem -f v-toobig@origin.example ok@dest.example
true
"""

SCENARIOS = (
    local("unknown", "nosuchuser@lab.example"),
    scenario("l-quota", "full@lab.example", message="attach"),
    scenario("l-success", to("alice@lab.example", "SUCCESS"), parameters="ENVID=loc1"),
    local("quotawarn", "half@lab.example"),
    scenario("l-lmtp", *(f"{name}@lmtp.example" for name in ("unknown", "quotadot", "virus", "ok", "gmail-nouser"))),
    local("tlsmust", "ok@tlsmust.example"),
    local("noroute", "ok@noroute.example"),
    local("errorsto", "x@errto.lab.example"),
    local("vac"),
    scenario(
        "l-notifymix",
        to("alice@lab.example", "SUCCESS,FAILURE"),
        to("nosuchuser@lab.example", "SUCCESS,FAILURE", "rfc822;nosuch2@lab.example"),
        to("ok@nodsn.example", "SUCCESS"),
        parameters="RET=HDRS ENVID=mix2",
    ),
    scenario("l-several", "failed@lab.example", "failcode@lab.example", "ok@dest.example"),
    *(local(name) for name in LOCAL.split()),
    *(local(f"ex{code}") for code in EXIT_CODES),
    *(local(f"pipe{code}", f"ex{code}@pipe.example") for code in (65, 67, 69, 75, 77, 3)),
)


# Between the asterisks stands what Exim says at that place; the order is given in its specification, chapter 50.
GERMAN_BOUNCE = """\
Subject: Unzustellbare Nachricht
****
Die folgende Nachricht konnte nicht zugestellt werden ($sender_address).
Empfänger:
****
Fehlertexte für die gescheiterten Filter:
****
------ Kopie der Nachricht (auf ersten Teil gekürzt) ------
****
------ Kopie, Größe $bounce_return_size_limit ------
****
------ Ende ------
****
"""
GERMAN_WARNING = """\
Subject: Verzögerte Zustellung seit $warn_message_delay
****
Ihre Nachricht konnte noch nicht zugestellt werden, es wird weiter versucht.
Empfänger:
****
"""


class Exim(Server):
    """Exim of Debian, with all its features compiled in."""

    name = "exim"
    recipe = Recipe("exim", ("exim4-daemon-heavy",))
    queue = "exim -bpc"
    scenarios = SCENARIOS
    contents = {"l-quotawarn": QUOTA_WARNING}  # noqa: RUF012 (the base class says that it is not changed)
    settings = ""
    """More lines of the main section."""

    def configure(self, machine: Machine) -> None:
        """Write the configuration, the aliases and a full mailbox."""
        machine.write("/etc/exim4/exim4.conf", MAIN + self.settings + ROUTING)
        machine.write("/etc/exim4/lab.aliases", ALIASES)
        add_failing_program(machine)
        machine.users("alice", "full", "half")
        machine.sh("truncate -s 2990 /var/mail/full; exim -bP config > /dev/null")

    def start(self, machine: Machine) -> None:
        """Start the daemon, which runs the queue every two seconds."""
        machine.sh("exim -bd -q2s")
        machine.wait_greeting(25)

    def afterwards(self, machine: Machine) -> None:
        """Provoke the notices of exim(8) itself: no recipients, bad ones, too many hops, too big."""
        machine.sh(OTHER_WAYS)


class EximGerman(Exim):
    """Exim with notices in German, in bytes that their header does not announce, and without the body."""

    name = "exim-german"
    settings = """
bounce_message_file = /etc/exim4/bounce.txt
warn_message_file = /etc/exim4/warning.txt
bounce_return_body = false
"""

    def configure(self, machine: Machine) -> None:
        """Write the words first: they are looked for when the configuration is checked."""
        machine.write("/etc/exim4/bounce.txt", GERMAN_BOUNCE)
        machine.write("/etc/exim4/warning.txt", GERMAN_WARNING)
        super().configure(machine)


SERVERS = (Exim(), EximGerman())
