//! Who may commit to a fork on Pagure: those who may commit to what it is a fork of.

use serde::Serialize;

use super::names::ProjectPath;
use super::pagure::{Access, Pagure};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::services::http::Client;

/// A user or a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Account {
    /// A user.
    User,
    /// A group.
    Group,
}

impl Account {
    fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
        }
    }
}

/// A change of who may commit to a fork.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccessChange {
    /// What it is.
    pub account: Account,
    /// Its name.
    pub name: String,
    /// Whether it may commit now; else it may not any more.
    pub may_commit: bool,
}

/// What was changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AccessChanges {
    /// What was done.
    pub done: Vec<AccessChange>,
    /// What the forge refused, and its words.
    pub refused: Vec<(AccessChange, String)>,
    /// What a dry run held back.
    pub held_back: Vec<AccessChange>,
}

/// Makes the changes that are needed, one request for each.
pub(super) async fn sync(
    context: &Context,
    client: &Client,
    pagure: &Pagure,
    main: &ProjectPath,
    fork: &ProjectPath,
) -> Result<AccessChanges> {
    let missing = |path: &ProjectPath| {
        Error::new(Kind::Service, format!("{} has no project {path}", pagure.api().host())).hint("check the name")
    };
    let from = pagure.document(context, client, main).await?.ok_or_else(|| missing(main))?;
    let to = pagure.document(context, client, fork).await?.ok_or_else(|| missing(fork))?;
    let mut planned = needed(Account::User, &from.access_users, &to.access_users);
    planned.extend(needed(Account::Group, &from.access_groups, &to.access_groups));
    let place = format!("{}/git/modifyacls", Pagure::place(fork));
    let mut changes = AccessChanges::default();
    for change in planned {
        let level = if change.may_commit { "commit" } else { "" };
        let fields = vec![
            ("user_type", change.account.name().to_owned()),
            ("name", change.name.clone()),
            ("acl", level.to_owned()),
        ];
        match pagure.post(context, client, &place, fields, &format!("change who may commit to {fork}")).await {
            Ok(true) => changes.done.push(change),
            Ok(false) => changes.held_back.push(change),
            // Where the token is the fault, the next one would be refused as well.
            Err(error) if error.kind() == Kind::Service && !is_about_token(&error) => {
                changes.refused.push((change, error.in_one_line()));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(changes)
}

fn is_about_token(error: &Error) -> bool {
    error.message().ends_with("refuses the token")
}

/// The changes that make those who may commit the same. The owner of the fork stays as he is, and so does who may do more there.
fn needed(account: Account, from: &Access, to: &Access) -> Vec<AccessChange> {
    let may_commit = |name: &String| [&from.owner, &from.admin, &from.commit].iter().any(|level| level.contains(name));
    let has_commit = |name: &String| [&to.owner, &to.admin, &to.commit].iter().any(|level| level.contains(name));
    let mut changes: Vec<AccessChange> = Vec::new();
    let mut change = |name: &String, may_commit| {
        // Where a name has two levels, the first one counts.
        if !changes.iter().any(|change: &AccessChange| change.name == *name) {
            changes.push(AccessChange { account, name: name.clone(), may_commit });
        }
    };
    for name in [&from.owner, &from.admin, &from.commit].into_iter().flatten().filter(|name| !has_commit(name)) {
        change(name, true);
    }
    let there = [&to.admin, &to.commit, &to.collaborator, &to.ticket].into_iter().flatten();
    for name in there.filter(|name| !may_commit(name) && !to.owner.contains(name)) {
        change(name, false);
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fork_gets_the_committers_of_its_parent() {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let main = Access {
            owner: names(&["olga"]),
            admin: names(&["ann", "me"]),
            commit: names(&["carl", "ann"]),
            collaborator: names(&["cora"]),
            ticket: names(&["tim"]),
        };
        let fork = Access {
            owner: names(&["me"]),
            admin: names(&["carl"]),
            commit: names(&["eve", "me"]),
            collaborator: names(&["cora"]),
            ticket: names(&["olga", "tim"]),
        };
        let changes: Vec<_> = needed(Account::User, &main, &fork)
            .into_iter()
            .map(|change| format!("{}{}", if change.may_commit { '+' } else { '-' }, change.name))
            .collect();
        assert_eq!(changes, ["+olga", "+ann", "-eve", "-cora", "-tim"]);
        assert!(needed(Account::Group, &Access::default(), &Access::default()).is_empty());
    }
}
