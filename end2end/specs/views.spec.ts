import { expect, test } from "../fixtures";
import { toHaveNoFault } from "../support/audit";

test("views of the configuration and of the browser show a part of the board", async ({ board, page, platus, targets }) => {
  const services = {
    shop: { ...targets.operational({ name: "Shop", role: "dev" }), tags: ["front"] },
    db: { ...targets.operational({ name: "Database", role: "dev" }), tags: ["db"] },
    jobs: targets.down({ name: "Jobs", role: "dev" }),
  };
  await platus.start(services, { views: [{ name: "Databases", tag: "db" }] });
  await board.open("dev");
  await board.toBeLive();
  const menu = page.locator("details.views");
  const open = menu.locator("summary");
  await open.click();
  await toHaveNoFault(page);
  await menu.getByRole("link", { name: "Databases" }).click();
  await expect(page).toHaveURL(`${platus.url}/?tag=db`);
  await expect(board.names).toHaveText(["Database"]);
  await expect(menu).not.toHaveAttribute("open");

  await page.goto(`${platus.url}/`);
  await board.toBeLive();
  await open.click();
  await expect(menu.getByRole("button", { name: "Save view" })).toBeDisabled();
  await board.chip("Down").click();
  await expect(board.names).toHaveText(["Jobs"]);
  await open.click();
  await menu.getByLabel("Name of a new view").fill("Broken");
  await menu.getByRole("button", { name: "Save view" }).click();
  const saved = menu.getByRole("link", { name: "Broken" });
  await expect(saved).toHaveAttribute("aria-current", "true");

  // Another document of the same browser has it, too.
  await page.goto(`${platus.url}/`);
  await board.toBeLive();
  await open.click();
  await saved.click();
  await expect(page).toHaveURL(`${platus.url}/?state=down`);
  await expect(board.names).toHaveText(["Jobs"]);
  await open.click();
  await menu.getByRole("button", { name: "Remove the view Broken" }).click();
  await expect(saved).toHaveCount(0);
  await page.reload();
  await board.toBeLive();
  await open.click();
  await expect(menu.getByRole("link")).toHaveText(["Databases"]);
});
