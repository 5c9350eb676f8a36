# shellcheck shell=bash
# Brings Chromium and the runner of the tests in end2end. Sourced by setup.sh.

set_up_browser() {
  install_playwright
  has_chromium && return
  if apt_offers chromium; then
    # Without a font the page has no text to look at.
    install_packages "Installing Chromium (about 30 s)" chromium fonts-dejavu-core
  else
    step "Downloading Chromium for Playwright (about 1 min)" playwright-chromium install_playwright_chromium
  fi
}

# The same places as in end2end/playwright.config.ts.
has_chromium() {
  [[ -x ${PLATUS_CHROMIUM:-/usr/bin/chromium} ]]
}

install_playwright_chromium() {
  cd "$REPO/end2end" || return
  npx playwright install chromium
}

# Node looks for packages beside the tests, so these live in the checkout.
install_playwright() {
  local stamp=$REPO/end2end/node_modules/.installed sum
  sum=$(sum_of "$REPO/end2end/package-lock.json")
  [[ -f $stamp && $(<"$stamp") == "$sum" ]] && return
  step "Installing Playwright (about 5 s)" playwright install_npm_packages_of_tests
  printf '%s' "$sum" >"$stamp"
}

install_npm_packages_of_tests() {
  cd "$REPO/end2end" || return
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-progress
}
