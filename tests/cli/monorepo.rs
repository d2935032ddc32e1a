//! Several packages in one repository.

use std::collections::BTreeSet;

use crate::support::{Repository, Srpm, World};

/// Three packages in folders of their own.
fn three(world: &World) -> Repository<'_> {
    let repository = world.repository("mono");
    let spec = |name: &str| {
        let spec = crate::support::SPEC.replace("hello", &format!("mono-{name}")).replace("0.9", "0.5.0");
        repository.write(&format!("{name}/mono-{name}.spec"), spec).write(&format!("{name}/{name}.txt"), name);
    };
    ["core", "cli", "docs"].into_iter().for_each(spec);
    let package = |name: &str| {
        format!(
            "  {name}:\n    downstream_package_name: mono-{name}\n    upstream_package_name: mono-{name}\n    \
             specfile_path: mono-{name}.spec\n    paths: [{name}]\n"
        )
    };
    let packages: String = ["core", "cli", "docs"].into_iter().map(package).collect();
    repository.write(".packit.yaml", format!("upstream_tag_template: v{{version}}\npackages:\n{packages}"));
    repository.commit("Import").tag("v0.5.0").append("core/core.txt", "more").commit("core: more");
    repository
}

#[test]
fn each_package_gets_its_folder_in_the_order_of_the_configuration() {
    let world = World::new();
    let repository = three(&world);
    let run = repository.packit_from_outside(&["srpm"]).success();
    let names: Vec<_> = run.paths().iter().map(|path| Srpm::open(path).query("%{NAME}")).collect();
    assert_eq!(names, ["mono-core", "mono-cli", "mono-docs"]);
    let core = Srpm::open(&run.paths()[0]);
    let members = core.members("mono-core-0.5.0.tar.gz");
    assert_eq!(members, ["mono-core-0.5.0/", "mono-core-0.5.0/core.txt", "mono-core-0.5.0/mono-core.spec"]);
    assert!(core.spec().contains("- core: more (Ann Author)\n"), "{}", core.spec());
}

#[test]
fn packages_are_chosen_by_name() {
    let world = World::new();
    let repository = three(&world);
    let run = repository.packit_from_outside(&["srpm", "-p", "docs", "-p", "cli"]).success();
    let names: Vec<_> = run.paths().iter().map(|path| Srpm::open(path).query("%{NAME}")).collect();
    assert_eq!(names, ["mono-cli", "mono-docs"]);
    repository
        .packit_from_outside(&["srpm", "-p", "cli", "-p", "nope"])
        .failure(2, &["nope", "`core`, `cli`, `docs`"])
        .silent_on("rpmbuild");
}

#[test]
fn one_output_file_does_not_take_several_packages() {
    let world = World::new();
    let repository = three(&world);
    repository
        .packit_from_outside(&["srpm", "--output", "one.src.rpm"])
        .failure(2, &["one.src.rpm", "name a folder", "--package"]);
    let run = repository.packit_from_outside(&["srpm", "-p", "cli", "--output", "one.src.rpm"]).success();
    assert_eq!(run.path(), world.path("out/one.src.rpm"));
}

#[test]
fn one_that_fails_does_not_stop_the_others() {
    let world = World::new();
    let repository = three(&world);
    repository.replace("cli/mono-cli.spec", "License:        MIT\n", "").commit("Break cli");
    let run = repository.packit_from_outside(&["srpm"]).failure(6, &["cli", "License", "1 of 3 packages failed"]);
    let names: Vec<_> = run.paths().iter().map(|path| Srpm::open(path).query("%{NAME}")).collect();
    assert_eq!(names, ["mono-core", "mono-docs"]);
    let json = repository.packit_from_outside(&["srpm", "--json"]).failure(6, &["cli"]).json();
    assert_eq!(json["ok"], false);
    assert_eq!(json["error"]["kind"], "partial");
    assert_eq!(json["result"]["failed"][0]["package"], "cli");
    assert_eq!(json["result"]["packages"].as_array().unwrap().len(), 2);
    for name in ["core", "docs"] {
        repository.replace(&format!("{name}/mono-{name}.spec"), "License:        MIT\n", "");
    }
    let run = repository.packit_from_outside(&["srpm"]).failure(2, &["core", "cli", "docs"]);
    assert_eq!(run.stdout, "");
}

#[test]
fn packages_that_share_a_spec_are_built_from_it_as_it_was_and_never_write_the_same_file() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let config = "specfile_path: hello.spec\nupstream_package_name: hello\npackages:\n  one:\n    downstream_package_name: hello\n  two:\n    downstream_package_name: hello\n";
    repository.write(".packit.yaml", config).commit("Two packages");
    for arguments in [&["srpm"][..], &["srpm", "--no-update-release"], &["srpm", "--release-suffix", "x"]] {
        let run = repository.packit_from_outside(arguments).success();
        let paths: BTreeSet<_> = run.paths().into_iter().collect();
        assert_eq!(paths.len(), 2, "{run}");
        for path in &paths {
            let entries = Srpm::open(path).spec().matches("\n* ").count();
            assert_eq!(entries, if arguments.contains(&"--no-update-release") { 1 } else { 2 }, "{run}");
        }
        assert!(run.stderr.contains("two"), "{run}");
    }
}

#[test]
fn a_package_is_found_from_its_own_folder() {
    let world = World::new();
    let repository = three(&world);
    let run = world.packit(repository.path("core"), &["srpm"]).success();
    assert_eq!(run.paths().len(), 3, "{run}");
    assert!(run.paths().iter().all(|path| path.parent().unwrap() == repository.path("core")), "{run}");
}

#[test]
fn a_result_that_cannot_be_put_in_place_does_not_lose_the_others() {
    let world = World::new();
    let repository = three(&world);
    let first = repository.packit_from_outside(&["srpm", "-p", "core", "--no-update-release"]).success().path();
    fs_err::remove_file(&first).unwrap();
    fs_err::create_dir(&first).unwrap();
    let run =
        repository.packit_from_outside(&["srpm", "--no-update-release"]).failure(6, &["core", "cannot be written"]);
    assert_eq!(run.paths().len(), 2, "{run}");
    run.paths().iter().for_each(|path| drop(Srpm::open(path)));
}

#[test]
fn warnings_in_json_name_their_package() {
    let world = World::new();
    let repository = three(&world);
    repository.replace(".packit.yaml", "upstream_tag_template: v{version}\n", "").commit("No template");
    let warnings = repository.packit_from_outside(&["srpm", "--json"]).success().json()["warnings"].clone();
    let named: BTreeSet<_> =
        warnings.as_array().unwrap().iter().map(|warning| warning["package"].clone().to_string()).collect();
    assert_eq!(named.into_iter().collect::<Vec<_>>(), ["\"cli\"", "\"core\"", "\"docs\""]);
}
