# shellcheck shell=bash
# Brings the mail servers to which the tests send: aiosmtpd, which does what a test wants, and Postfix, which is what people run.
# Sourced by setup.sh.

set_up_mail() {
  set_up_python_environment "Installing aiosmtpd (about 5 s)" aiosmtpd "$(aiosmtpd_dir)" aiosmtpd.txt
  set_up_postfix
}

# saslpasswd2 makes the passwords of Postfix.
set_up_postfix() {
  has postfix && has saslpasswd2 && return
  install_server "Installing Postfix (about 15 s)" postfix postfix sasl2-bin libsasl2-modules
}
