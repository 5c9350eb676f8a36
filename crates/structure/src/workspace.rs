use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

/// The crates of this workspace, as Cargo knows them.
#[derive(Debug)]
pub struct Workspace {
    pub root: PathBuf,
    pub packages: Vec<Package>,
}

#[derive(Debug)]
pub struct Package {
    pub name: String,
    /// The folder of its `Cargo.toml`.
    pub folder: PathBuf,
    /// The first file of its library and of each of its programs. Tests, benches and examples are not among them.
    pub roots: Vec<PathBuf>,
    pub dependencies: Vec<Dependency>,
}

/// What a crate needs to be built; dependencies of its tests are left out, since nothing that ships has them.
#[derive(Debug)]
pub struct Dependency {
    pub name: String,
    /// Whether it is a crate of this workspace.
    pub local: bool,
}

impl Workspace {
    /// Asks Cargo. Needs no network.
    pub fn load() -> Result<Self, String> {
        let output = Command::new("cargo")
            .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
            .output()
            .map_err(|error| format!("cargo metadata could not be run: {error}"))?;
        if !output.status.success() {
            return Err(format!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
        }
        Self::parse(&output.stdout)
    }

    /// Reads the output of `cargo metadata`.
    pub fn parse(metadata: &[u8]) -> Result<Self, String> {
        let metadata: Value = serde_json::from_slice(metadata).map_err(|error| format!("cargo metadata: {error}"))?;
        let root = PathBuf::from(text(&metadata, "workspace_root")?);
        let packages = list(&metadata, "packages")?.iter().map(package).collect::<Result<_, _>>()?;
        Ok(Self { root, packages })
    }

    pub fn package(&self, name: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.name == name)
    }
}

fn package(value: &Value) -> Result<Package, String> {
    let mut folder = PathBuf::from(text(value, "manifest_path")?);
    folder.pop();
    let mut roots = Vec::new();
    for target in list(value, "targets")? {
        let kinds = list(target, "kind")?;
        if !kinds.iter().any(|kind| matches!(kind.as_str(), Some("test" | "bench" | "example" | "custom-build"))) {
            roots.push(PathBuf::from(text(target, "src_path")?));
        }
    }
    let dependencies = list(value, "dependencies")?;
    let built = dependencies.iter().filter(|dependency| dependency["kind"] != "dev");
    let dependencies = built
        .map(|dependency| Ok(Dependency { name: text(dependency, "name")?.to_owned(), local: dependency["path"].is_string() }))
        .collect::<Result<_, String>>()?;
    Ok(Package { name: text(value, "name")?.to_owned(), folder, roots, dependencies })
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str, String> {
    value[key].as_str().ok_or_else(|| format!("cargo metadata has no text \"{key}\" where it should"))
}

fn list<'a>(value: &'a Value, key: &str) -> Result<&'a Vec<Value>, String> {
    value[key].as_array().ok_or_else(|| format!("cargo metadata has no list \"{key}\" where it should"))
}
