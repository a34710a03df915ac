//! Which list a file is.

/// A list of the REST API of GitHub, in the order in which the lists are read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum GitHubList {
    /// `GET /orgs/{org}/members`.
    Members,
    /// `GET /orgs/{org}/outside_collaborators`.
    OutsideCollaborators,
    /// `GET /orgs/{org}/members?role=admin`.
    Owners,
    /// `GET /orgs/{org}/members?filter=2fa_disabled`.
    WithoutSecondFactor,
    /// `GET /orgs/{org}/repos`.
    Repositories,
    /// `GET /orgs/{org}/teams`.
    Teams,
    /// `GET /orgs/{org}/teams/{team}/members`.
    TeamMembers {
        /// The slug of the team.
        team: String,
    },
    /// `GET /orgs/{org}/teams/{team}/repos`.
    TeamRepositories {
        /// The slug of the team.
        team: String,
    },
    /// `GET /repos/{org}/{repository}/collaborators?affiliation=direct`.
    Collaborators {
        /// The name of the repository.
        repository: String,
    },
    /// `GET /repos/{org}/{repository}/keys`.
    DeployKeys {
        /// The name of the repository.
        repository: String,
    },
}

impl GitHubList {
    /// Returns the list that the file at this path of an export is, `None` if it is none: `members.json`, `owners.json`,
    /// `members_2fa_disabled.json`, `outside_collaborators.json`, `teams.json`, `repos.json`, `teams/TEAM/members.json`,
    /// `teams/TEAM/repos.json`, `repos/REPOSITORY/collaborators.json`, `repos/REPOSITORY/keys.json`.
    pub fn of_path(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        let (name, folders) = parts.split_last()?;
        let name = name.strip_suffix(".json")?;
        let inside = match folders {
            [.., kind @ ("teams" | "repos"), of] => Some((*kind, (*of).to_owned())),
            _ => None,
        };
        match (inside, name) {
            (Some(("teams", team)), "members") => Some(Self::TeamMembers { team }),
            (Some(("teams", team)), "repos") => Some(Self::TeamRepositories { team }),
            (Some(("repos", repository)), "collaborators") => Some(Self::Collaborators { repository }),
            (Some(("repos", repository)), "keys") => Some(Self::DeployKeys { repository }),
            (Some(_), _) => None,
            (None, "members") => Some(Self::Members),
            (None, "owners") => Some(Self::Owners),
            (None, "members_2fa_disabled") => Some(Self::WithoutSecondFactor),
            (None, "outside_collaborators") => Some(Self::OutsideCollaborators),
            (None, "teams") => Some(Self::Teams),
            (None, "repos") => Some(Self::Repositories),
            (None, _) => None,
        }
    }
}
