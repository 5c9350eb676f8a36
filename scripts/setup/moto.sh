# shellcheck shell=bash
# Brings moto, an emulator of AWS, which the tests of the plugin aws_ec2 ask. Sourced by setup.sh.

set_up_moto() {
  set_up_python_environment "Installing moto (about 30 s)" moto "$(moto_dir)" moto.txt
}
