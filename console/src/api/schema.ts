// Generated from docs/openapi.json by `npm run types`. Do not edit.

export interface paths {
    "/.well-known/authzen-configuration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the metadata of the AuthZEN decision point. */
        get: operations["access.metadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the public keys of assertions. */
        get: operations["keys.set"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/access/v1/evaluation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Evaluate one access. */
        post: operations["access.evaluate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/access/v1/evaluations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Evaluate several accesses at once. */
        post: operations["access.evaluate_many"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/access/v1/search/action": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Search what a subject may do. */
        post: operations["access.search_actions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/access/v1/search/resource": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Search what a subject may do something to. */
        post: operations["access.search_resources"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/access/v1/search/subject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Search who may do something. */
        post: operations["access.search_subjects"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/applications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List applications.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["applications.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/applications/{application}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show an application.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["applications.show"];
        /**
         * Declare an application, or replace its declaration.
         * @description Requires `administer` on `countersign/control`.
         */
        put: operations["applications.declare"];
        post?: never;
        /**
         * Remove an application. Nobody can reach it afterwards, and its name is never used again.
         * @description Requires `administer` on `countersign/control`.
         */
        delete: operations["applications.remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/applications/{application}/meaning": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say what a request to an application means: which part, and which action. Nothing is sent to the application.
         * @description Requires `read` on `countersign/control`.
         */
        post: operations["applications.meaning"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/applications/{application}/stage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the stage of an application.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["applications.stage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/content-labels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List labels: proposed, confirmed and dismissed.
         * @description Requires `read` on `countersign/control`. For the caller's own application: `countersign/self`.
         */
        get: operations["content_labels.list"];
        put?: never;
        /**
         * Set a label without a proposal. It is confirmed.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["content_labels.set"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/content-labels/coverage/figures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show how many applications, parts, databases and hosts carry a label that somebody confirmed.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["content_labels.coverage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/content-labels/proposals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Propose labels, as a scan found them. What is proposed already, or was answered, stays as it is.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["content_labels.propose"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/content-labels/{label}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a label.
         * @description Requires `read` on `countersign/control`. For the caller's own application: `countersign/self`.
         */
        get: operations["content_labels.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/content-labels/{label}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm a label that was proposed. Who is responsible for its application may, and an administrator.
         * @description Requires `administer` on `countersign/control`. For the caller's own application: `countersign/self`.
         */
        post: operations["content_labels.confirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/content-labels/{label}/dismiss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Dismiss a label that was proposed. Scans do not propose it again.
         * @description Requires `administer` on `countersign/control`. For the caller's own application: `countersign/self`.
         */
        post: operations["content_labels.dismiss"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/content-labels/{label}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Withdraw a label that was confirmed, set or dismissed: it is as if nobody had said anything.
         * @description Requires `administer` on `countersign/control`. For the caller's own application: `countersign/self`.
         */
        post: operations["content_labels.withdraw"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/credentials/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a passkey and end the sessions that it began.
         * @description Requires `administer` on `countersign/control`.
         */
        delete: operations["credentials.remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/decision-stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stream decisions as they are recorded, the oldest first: one event, `decisions`, whenever there are new ones. `Last-Event-ID` resumes a stream after the last decision of an event. The stream ends when the permission to read decisions ends.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["decisions.follow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List recorded decisions, the newest first.
         * @description Requires `read` on `countersign/control`. For the caller's own data: `countersign/self`.
         */
        get: operations["decisions.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/decisions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a decision and why this was its outcome.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["decisions.why"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/decisions/{id}/again": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Evaluate a decision again with changed evidence. Changes nothing, and nothing is permitted by the answer. Without changes it lists the evidence that can be changed.
         * @description Requires `read` on `countersign/control`.
         */
        post: operations["decisions.again"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List devices.
         * @description Requires `read` on `countersign/control`. For the caller's own data: `countersign/self`.
         */
        get: operations["devices.list"];
        put?: never;
        /**
         * Register a device.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["devices.register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a device.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["devices.show"];
        /**
         * Replace the properties of a device.
         * @description Requires `administer` on `countersign/control`.
         */
        put: operations["devices.change"];
        post?: never;
        /**
         * Remove a device.
         * @description Requires `administer` on `countersign/control`.
         */
        delete: operations["devices.remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{id}/posture": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report a device's posture.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["devices.report"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/anchor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Anchor files of the evidence that have no anchor.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["evidence.anchor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/compact": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Merge the files of each finished day.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["evidence.compact"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export decisions, sign-ins and grants for other systems, the oldest first.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["evidence.export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/retain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Remove records that are older than their retention.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["evidence.retain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Compare every file of the evidence with its anchor.
         * @description Requires `read` on `countersign/control`.
         */
        post: operations["evidence.verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exceptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List exceptions that were not ended.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["exceptions.list"];
        put?: never;
        /**
         * Open an exception to a guardrail.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["exceptions.open"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exceptions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show an exception that was not ended.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["exceptions.show"];
        put?: never;
        post?: never;
        /**
         * End an exception before it expires.
         * @description Requires `administer` on `countersign/control`.
         */
        delete: operations["exceptions.end"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/facts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List facts of the journal, the newest first. A page can be short of its limit, or empty, and still have a `next`: a request examines a limited number of facts.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["facts.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/facts/{sequence}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a fact of the journal.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["facts.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List grants.
         * @description Requires `read` on `countersign/approvals`. For the caller's own data: `countersign/self`.
         */
        get: operations["grants.list"];
        put?: never;
        /**
         * Request a just-in-time grant.
         * @description Requires `write` on `countersign/self`.
         */
        post: operations["grants.request"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/grants/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a grant.
         * @description Requires `read` on `countersign/approvals`. For the caller's own grant: `countersign/self`.
         */
        get: operations["grants.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/grants/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve another person's request for a grant.
         * @description Requires `write` on `countersign/approvals`.
         */
        post: operations["grants.approve"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/grants/{id}/refuse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refuse a grant.
         * @description Requires `write` on `countersign/approvals`.
         */
        post: operations["grants.refuse"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/grants/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a grant before it expires.
         * @description Requires `write` on `countersign/approvals`.
         */
        post: operations["grants.revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List groups.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["groups.list"];
        put?: never;
        /**
         * Create a group.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["groups.add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/groups/{group}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a group.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["groups.show"];
        put?: never;
        post?: never;
        /**
         * Remove a group. Its name is never used again.
         * @description Requires `administer` on `countersign/control`.
         */
        delete: operations["groups.remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/groups/{group}/members/{member}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Add a person, a service account or a group to a group.
         * @description Requires `administer` on `countersign/control`.
         */
        put: operations["groups.join"];
        post?: never;
        /**
         * Remove a person, a service account or a group from a group.
         * @description Requires `administer` on `countersign/control`.
         */
        delete: operations["groups.leave"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the graph that answers who can reach what: when it was read, and as of which imports.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["inventory.access_graph"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/access/compromise": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show everything that the holder of a compromised account can come to control, each with a shortest path.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["inventory.compromise"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/access/path": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a shortest path from one node to another, or to tier zero.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["inventory.access_path"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/access/tier-zero": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show tier zero, and who can come to control some of it, each with a shortest path.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["inventory.tier_zero"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/access/what-can": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show what an account, group or role can reach, each with its path.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["inventory.what_can"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/access/who-can": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show which accounts can reach a resource, a group or a role, or can come to control a node, each with its path.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["inventory.who_can"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/edges": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the edges of one of them: its memberships and entitlements, or its members and who may reach it.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["inventory.edges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/finding-causes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List findings by their cause: the worst first, then those with the most findings.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["inventory.findings.causes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/finding-export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export findings: as events, as a table, or as changes that a person can apply. At most 5,000, the worst first.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["inventory.findings.export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/finding-settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the thresholds, the accounts for emergencies and the duties that are kept apart.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["inventory.findings.settings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/findings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what is wrong with accounts, groups and the like, the worst first.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["inventory.findings.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/findings/look": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Look at the inventory now, as a job: correlate, and find what is wrong.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["inventory.findings.look"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/findings/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a finding.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["inventory.findings.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/findings/{id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept a finding for a while. It returns when that ends, or when it becomes worse.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["inventory.findings.accept"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/findings/{id}/reopen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End the acceptance of a finding.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["inventory.findings.reopen"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/identities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List identities: people with their accounts, services and machines.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["inventory.identities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/identities/correlation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show where correlation stands.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["inventory.correlation"];
        put?: never;
        /**
         * Ask for a correlation, also if nothing changed since the last one. It runs within seconds.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["inventory.correlate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/identities/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the decisions about identities that hold.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["inventory.identity_decisions"];
        put?: never;
        /**
         * Decide that an account belongs to an identity, that two nodes do not belong together, or that two identities are one.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["inventory.decide"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/identities/decisions/{decision}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo a decision about identities. The rules decide again, and older decisions hold as before.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["inventory.undo_decision"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/identities/queue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the accounts about which a person should decide, with the evidence side by side; or those in another state.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["inventory.identity_queue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/identities/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the rules by which accounts are correlated.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["inventory.correlation_rules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/identity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show an identity: its values with their sources, its records and accounts, and the accounts in question.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["inventory.identity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/node": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show one of them, and how it is known.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["inventory.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/nodes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List people, accounts, groups, roles, resources and credentials, as their sources describe them now.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["inventory.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/role-export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export proposed roles as a table.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["inventory.roles.export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/role-search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the numbers of the last search for roles.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["inventory.roles.search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List proposed roles, those first that replace most grants.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["inventory.roles.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/roles/propose": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Search for roles that would explain today's access with less structure, as a job. The result replaces the one before.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["inventory.roles.propose"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/roles/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a proposed role, with its members and with what others lack.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["inventory.roles.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/roles/{id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept a proposed role. It is a decision on record, and changes no source.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["inventory.roles.accept"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/roles/{id}/dismiss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Dismiss a proposed role. It comes back if its members change by more than a quarter.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["inventory.roles.dismiss"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/roles/{id}/reconsider": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take back the decision about a proposed role.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["inventory.roles.reconsider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the jobs of all processes, the newest first.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["jobs.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a job, with its result once it has finished.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["jobs.show"];
        put?: never;
        post?: never;
        /**
         * Cancel a job, whichever process runs it, or delete one that has ended.
         * @description Requires `read` on `countersign/control`.
         */
        delete: operations["jobs.stop"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow the progress of a job as server-sent events.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["jobs.follow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/journal/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move old facts to archive files, and out of the journal's store.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["journal.archive"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/journal/head": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the end of the journal.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["journal.head"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/journal/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verify the journal's whole chain.
         * @description Requires `read` on `countersign/control`.
         */
        post: operations["journal.verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the keys that sign assertions to applications.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["keys.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{kid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Retire a key: neither it nor its assertions are valid any more. Rotate the last key that signs first.
         * @description Requires `administer` on `countersign/control`.
         */
        delete: operations["keys.retire"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{kid}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate a key: its gate makes another. Assertions that it signed are valid until they expire.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["keys.rotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/labels/{application}/{part}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set or remove the label of a part of an application.
         * @description Requires `administer` on `countersign/control`.
         */
        put: operations["labels.set"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/links/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a link to an account at an OpenID provider. The sessions that it started end.
         * @description Requires `administer` on `countersign/control`.
         */
        delete: operations["links.remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who calls, and whether policies would let them read and change each resource of the control plane now.
         * @description Requires `read` on `countersign/self`.
         */
        get: operations["me.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what the caller is asked to review, in all open access reviews, those due first.
         * @description Requires `read` on `countersign/self`.
         */
        get: operations["me.reviews"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/reviews/{id}/decide": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide items that the caller reviews. To revoke a membership in a group here ends it at once.
         * @description Requires `write` on `countersign/self`.
         */
        post: operations["me.decide_reviews"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/networks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the named networks, which all processes that share the journal use. The configuration of the control plane declares them (`[networks]`), so no endpoint changes them.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["networks.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openid-clients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the OpenID clients.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["openid_clients.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openid-clients/{client}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show an OpenID client.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["openid_clients.show"];
        /**
         * Declare an OpenID client, or replace its declaration.
         * @description Requires `administer` on `countersign/control`.
         */
        put: operations["openid_clients.declare"];
        post?: never;
        /**
         * Withdraw an OpenID client. Its tokens are not refreshed, and its name is never used again.
         * @description Requires `administer` on `countersign/control`.
         */
        delete: operations["openid_clients.withdraw"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openid-clients/{client}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Issue a secret to an OpenID client. It is shown once, and replaces the earlier one.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["openid_clients.issue_secret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List people.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["people.list"];
        put?: never;
        /**
         * Add a person to the inventory.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["people.add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a person.
         * @description Requires `read` on `countersign/control`. For the caller's own data: `countersign/self`.
         */
        get: operations["people.show"];
        /**
         * Replace the properties of a person.
         * @description Requires `administer` on `countersign/control`.
         */
        put: operations["people.change"];
        post?: never;
        /**
         * Remove a person and end their sessions, passkeys and grants.
         * @description Requires `administer` on `countersign/control`.
         */
        delete: operations["people.remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm a person's identity: until the next invitation or recovery, only the person vouches for themselves.
         * @description Requires `write` on `countersign/approvals`.
         */
        post: operations["people.confirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person}/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a person's passkeys.
         * @description Requires `read` on `countersign/control`. For the caller's own data: `countersign/self`.
         */
        get: operations["people.credentials"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person}/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Invite a person to enrol a passkey. Their earlier invitations are withdrawn.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["people.invite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person}/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a person's accounts at OpenID providers.
         * @description Requires `read` on `countersign/control`. For the caller's own data: `countersign/self`.
         */
        get: operations["people.links"];
        put?: never;
        /**
         * Link an account at an OpenID provider to a person, who can sign in with it from then on.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["people.link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore a suspended person.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["people.restore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person}/risk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * State the risk of a person, with reasons.
         * @description Requires `administer` on `countersign/control`.
         */
        put: operations["people.risk"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End every session of a person.
         * @description Requires `administer` on `countersign/control`.
         */
        delete: operations["people.end_sessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person}/suspend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Suspend a person: they can do nothing, and their sessions end.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["people.suspend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Evaluate every decision of a period against the running policies and others.
         * @description Requires `read` on `countersign/control`.
         */
        post: operations["plans.start"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the policies in force.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["policies.show"];
        /**
         * Publish a complete policy set.
         * @description Requires `administer` on `countersign/control`.
         */
        put: operations["policies.publish"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check a policy set that is being written: its problems, warnings and findings. Nothing is published.
         * @description Requires `read` on `countersign/control`.
         */
        post: operations["policies.check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the files that were last published.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["policies.files"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies/format": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Format the text of a policy file.
         * @description Requires `read` on `countersign/control`.
         */
        post: operations["policies.format"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the versions of the policy set that were in force, the newest first.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["policies.history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies/lint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check the policies in force, and list findings for their owners.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["policies.lint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put an earlier version of the policy set in force again.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["policies.rollback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies/starter": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the initial policy file of a newly protected application.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["policies.starter"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run the tests of a policy set that is being written.
         * @description Requires `read` on `countersign/control`.
         */
        post: operations["policies.test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies/vocabulary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show what a policy can name: attributes, actions, groups, applications, networks.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["policies.vocabulary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the projections of the journal and how far each is.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["projections.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projections/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Compare every row of the projections with a new fold of the journal.
         * @description Requires `read` on `countersign/control`.
         */
        post: operations["projections.verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projections/{name}/rebuild": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rebuild a projection from the journal. A dry run folds it again and lists the rows that differ.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["projections.rebuild"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proofs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Evaluate every allowed access of a period again, without each item of its evidence.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["proofs.start"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List commands that need two people, the newest first.
         * @description Requires `read` on `countersign/approvals`.
         */
        get: operations["proposals.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a proposal, with every fact that it states.
         * @description Requires `read` on `countersign/approvals`.
         */
        get: operations["proposals.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals/{id}/countersign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Countersign another person's proposal, which then runs.
         * @description Requires `write` on `countersign/approvals`.
         */
        post: operations["proposals.countersign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals/{id}/refuse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refuse a proposal, or withdraw one's own.
         * @description Requires `write` on `countersign/approvals`.
         */
        post: operations["proposals.refuse"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the OpenID providers.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["providers.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/providers/{provider}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show an OpenID provider.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["providers.show"];
        /**
         * Declare an OpenID provider, or replace its declaration.
         * @description Requires `administer` on `countersign/control`.
         */
        put: operations["providers.declare"];
        post?: never;
        /**
         * Withdraw an OpenID provider. Its links and the sessions that it started end, and its name is never used again.
         * @description Requires `administer` on `countersign/control`.
         */
        delete: operations["providers.withdraw"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run a query in SQL over decisions, sessions and facts. It only reads, within limits.
         * @description Requires `read` on `countersign/control`.
         */
        post: operations["query.ask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/query/tables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the tables for queries, with their columns.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["query.tables"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reach/what": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show what a person could do with every resource: now, with more evidence, or not at all.
         * @description Requires `read` on `countersign/control`. For the caller's own data: `countersign/self`.
         */
        get: operations["reach.what"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reach/who": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show who could perform an action on a resource: now, with more evidence, or not at all.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["reach.who"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/replays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Evaluate every decision of a period again, with the state and the policies of that time.
         * @description Requires `read` on `countersign/control`.
         */
        post: operations["replays.start"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List access reviews, the newest first. Of closed ones, the last thousand.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["reviews.list"];
        put?: never;
        /**
         * Open an access review.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["reviews.open"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reviews/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Preview an access review: how many items it would have, and who would review them.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["reviews.preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reviews/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show an access review and how its reviewers are doing.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["reviews.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reviews/{id}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Write down what takes the revoked accesses away in a source, for a person to apply.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["reviews.changes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reviews/{id}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Close an access review now, and seal its report.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["reviews.close"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reviews/{id}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the items of an access review.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["reviews.items"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reviews/{id}/reassign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give items to another reviewer.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["reviews.reassign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reviews/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export the sealed report, and say whether it is still the one that was sealed.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["reviews.report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the staged rollouts, the newest first.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["rollouts.list"];
        put?: never;
        /**
         * Enforce a policy in the shadow stage for a growing sample of people.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["rollouts.start"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a staged rollout.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["rollouts.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts/{id}/advance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin the next step of a rollout early.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["rollouts.advance"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts/{id}/halt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Halt a rollout: it enforces its policy for nobody.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["rollouts.halt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List recurring work and its last results.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["schedules.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/services": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List service accounts.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["services.list"];
        put?: never;
        /**
         * Create a service account.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["services.add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/services/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a service account.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["services.show"];
        put?: never;
        post?: never;
        /**
         * Remove a service account and its tokens.
         * @description Requires `administer` on `countersign/control`.
         */
        delete: operations["services.remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/services/{id}/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Issue a bearer token. Its secret is shown once.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["services.issue_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List sessions that have not ended.
         * @description Requires `read` on `countersign/control`. For the caller's own data: `countersign/self`.
         */
        get: operations["sessions.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a session at every application.
         * @description Requires `administer` on `countersign/control`.
         */
        delete: operations["sessions.revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show all applications, labels and exceptions.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["settings.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/shadow-reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Summarise what the policies in the shadow stage would have changed in the decisions of a period.
         * @description Requires `read` on `countersign/control`.
         */
        post: operations["shadow.start"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the sources of identities, each with its last import.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["sources.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{source}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a source of identities.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["sources.show"];
        /**
         * Declare a source of identities, or declare it again.
         * @description Requires `administer` on `countersign/control`.
         */
        put: operations["sources.declare"];
        post?: never;
        /**
         * Withdraw a source of identities, with everything that it said.
         * @description Requires `administer` on `countersign/control`.
         */
        delete: operations["sources.withdraw"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{source}/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin an import of a source. It takes the place of one that waits or was left half way. The process that answers holds it, so its pages go to the same process.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["sources.begin_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{source}/imports/{import}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Drop an import that is being sent or waits.
         * @description Requires `administer` on `countersign/control`.
         */
        delete: operations["sources.drop_import"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{source}/imports/{import}/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Apply an import that waits: what it says holds from now on, and what the source no longer says is gone. Applying it again changes nothing.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["sources.apply_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{source}/imports/{import}/finish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End the records of an import, and compare them with what the source said before. Nothing changes yet.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["sources.finish_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{source}/imports/{import}/pages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a page of the records of an import. A page is taken whole or not at all.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["sources.take_page"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{source}/leavers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the people here who left, says a source, each with what they still have elsewhere.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["sources.leavers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{source}/leavers/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm that the last import of a source may suspend this many people, beyond the bounds of its declaration.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["sources.confirm_leavers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the state of the installation.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["status.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a bearer token.
         * @description Requires `administer` on `countersign/control`.
         */
        delete: operations["tokens.revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trends": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the figures of the installation at the end of each of the last days, in UTC.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["trends.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trusts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the implicit-trust register, the entries with the most accesses first.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["trusts.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trusts/document": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Record who authorised entries of the register.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["trusts.document"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trusts/figures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the figures of the implicit-trust register.
         * @description Requires `read` on `countersign/control`.
         */
        get: operations["trusts.figures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trusts/own": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set the owner of entries of the register.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["trusts.own"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/upstreams/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check from the server's machine whether an upstream answers.
         * @description Requires `administer` on `countersign/control`.
         */
        post: operations["upstreams.check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/forward-auth/{proxy}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Evaluate a request for a proxy. */
        get: operations["access.forward_auth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description An acceptance of a finding. */
        AcceptanceOfFinding: {
            /** @description When. */
            accepted_at: components["schemas"]["Moment"];
            /** @description Who accepted it, as text. */
            accepted_by: string;
            /** @description The name of this person or service account now. Absent if there is none. */
            accepted_by_name?: string | null;
            /** @description Until when. */
            expires_at: components["schemas"]["Moment"];
            /** @description Why it may stay. */
            reason: string;
            /** @description How bad it was then. A worse one is not accepted. */
            severity: components["schemas"]["HygieneLevel"];
        };
        /** @description The operator's acceptance of a journal without the remembered head. */
        AcceptedHead: {
            /** @description When it was stated. */
            at: components["schemas"]["Moment"];
            /** @description The process that remembered the newer head. */
            gate: string;
            /**
             * Format: int64
             * @description The sequence of the fact.
             */
            seq: number;
            /** @description The operator's reason. */
            why: string;
        };
        /** @description The operator's acceptance of the clock after time in the journal had run ahead. */
        AcceptedTime: {
            /** @description When it was stated, by the accepted clock. */
            at: components["schemas"]["Moment"];
            /** @description The process on whose machine the operator accepted it. */
            gate: string;
            /** @description The moment that counted as the present before. */
            held: components["schemas"]["Moment"];
            /**
             * Format: int64
             * @description The sequence of the fact.
             */
            seq: number;
            /** @description The operator's reason. */
            why: string;
        };
        /** @description Who can reach a node or come to control it, what it can reach, or what it can come to control. */
        AccessAnswer: {
            /** @description When the graph was read that answers, and as of which imports. */
            as_of: components["schemas"]["AccessAsOf"];
            /** @description The items of this page: of reach the strongest first, of control the nearest. */
            items: components["schemas"]["AccessEnd"][];
            /** @description What is meant by access. */
            means: components["schemas"]["AccessMeans"];
            /** @description The `cursor` of the next page; absent at the end of the list. */
            next?: string | null;
            /** @description The node that was asked about. */
            node: components["schemas"]["AccessNode"];
            /**
             * Format: int64
             * @description Number of all items, on every page.
             */
            total: number;
        };
        /** @description When the graph that answers was read, and as of which imports. */
        AccessAsOf: {
            /** @description Whether it is being read anew, because an import was applied or a source was withdrawn since. */
            being_read: boolean;
            /** @description When it was read. */
            read_at: components["schemas"]["Moment"];
            /** @description The sources that it has, each as of one import. */
            sources: components["schemas"]["AccessSource"][];
        };
        /** @description A node at the other end of a path. */
        AccessEnd: {
            /** @description Whether every such path has a condition, which is not evaluated. */
            conditional: boolean;
            level?: components["schemas"]["RightLevel"] | null;
            /** @description The node. */
            node: components["schemas"]["AccessNode"];
            /** @description A path: of reach a strongest one, of control a shortest one. */
            path: components["schemas"]["AccessPath"];
        };
        /** @description The graph that answers who can reach what. */
        AccessGraphState: {
            /** @description When it was read, and as of which imports. */
            as_of: components["schemas"]["AccessAsOf"];
            /**
             * Format: int64
             * @description Number of bytes that it takes in memory.
             */
            bytes: number;
            /**
             * Format: int64
             * @description Number of memberships, rights and other relations.
             */
            edges: number;
            /**
             * Format: int64
             * @description Number of people, accounts, groups, roles, resources and credentials.
             */
            nodes: number;
            /**
             * Format: int64
             * @description How long reading it took, in milliseconds.
             */
            read_ms: number;
        };
        /**
         * @description What an answer means by access.
         * @enum {string}
         */
        AccessMeans: "reach" | "control";
        /** @description A person, account, group, role, resource or credential in an answer. */
        AccessNode: {
            /** @description Its key in the source. */
            key: string;
            kind?: components["schemas"]["InventoryKind"] | null;
            /** @description The name that people know it by. */
            name: string;
            /** @description The source. */
            source: components["schemas"]["SourceName"];
            /** @description Whether it is tier zero: its source says that it has power over the source. */
            tier_zero?: boolean;
        };
        /** @description A path: how one node reaches another. */
        AccessPath: {
            /**
             * Format: int64
             * @description Number of steps.
             */
            length: number;
            /** @description The steps, each from where the one before ended. Only the first 100 of a longer path. */
            steps: components["schemas"]["AccessStep"][];
        };
        /** @description An access review. */
        AccessReview: {
            /** @description SHA-256 over the items as they were asked. */
            asked: string;
            closed_at?: components["schemas"]["Moment"] | null;
            /** @description When it is closed. */
            due_at: components["schemas"]["Moment"];
            escalate_at?: components["schemas"]["Moment"] | null;
            escalate_to?: components["schemas"]["ReviewPerson"] | null;
            /** @description Who reviews what nobody else can. */
            fallback: components["schemas"]["ReviewPerson"];
            /** @description Its id. */
            id: components["schemas"]["ReviewId"];
            /**
             * Format: int32
             * @description Number of items.
             */
            items: number;
            /**
             * Format: int32
             * @description Number of items whose access stays.
             */
            kept: number;
            /** @description When. */
            opened_at: components["schemas"]["Moment"];
            /** @description Who opened it, as text. */
            opened_by: string;
            /** @description The name of this person or service account now. Absent if there is none. */
            opened_by_name?: string | null;
            /** @description SHA-256 over the report with which it was sealed. */
            report?: string | null;
            reviewer?: components["schemas"]["ReviewPerson"] | null;
            /** @description Who reviews. */
            reviewers: components["schemas"]["ReviewersKind"];
            /**
             * Format: int32
             * @description Number of items whose access was revoked.
             */
            revoked: number;
            /** @description Which accesses it asks about. */
            scope: components["schemas"]["AccessReviewScope"];
            /** @description Whether it goes on. */
            state: components["schemas"]["AccessReviewState"];
            /** @description Its title. */
            title: string;
            /**
             * Format: int32
             * @description Number of items that nobody decided.
             */
            undecided: number;
            /** @description What happens then to what nobody decided. */
            undecided_outcome: components["schemas"]["UndecidedOutcome"];
        };
        /** @description What takes the revoked accesses away in one source, for a person to apply. */
        AccessReviewChanges: {
            /** @description A name for the file. */
            file_name: string;
            /**
             * Format: int64
             * @description Number of revoked accesses.
             */
            items: number;
            /** @description The content of the file. */
            text: string;
            /**
             * Format: int64
             * @description Number of those for which it has only a comment.
             */
            unwritten: number;
        };
        /** @description An access review with how its reviewers are doing. */
        AccessReviewDetail: {
            /** @description The access review. */
            review: components["schemas"]["AccessReview"];
            /** @description The reviewers, those with the most items first. */
            reviewers: components["schemas"]["ReviewerProgress"][];
            /** @description What their figures count. */
            what_is_counted: string;
            /**
             * Format: int32
             * @description Number of items that nobody may review.
             */
            without_reviewer: number;
        };
        /** @description An item: one access of one person or account, as it was when the review was opened. */
        AccessReviewItem: {
            /** @description The key of the account. */
            account: string;
            /** @description Its name. */
            account_name: string;
            /** @description Who authorised it, if the source says. */
            authorised_by?: string | null;
            decision?: components["schemas"]["DecidedAccess"] | null;
            /** @description When it is closed. */
            due_at: components["schemas"]["Moment"];
            /** @description Whether the account can be used. Absent if the source does not say. */
            enabled?: boolean | null;
            /** @description The place in the source that grants it. */
            granted_by?: string | null;
            /** @description The identity, as source and key. Absent if the account belongs to none. */
            identity?: string | null;
            /** @description Whether they are a contractor, a vendor or the like. */
            is_external: boolean;
            /** @description Whether the access is gone now, as far as the last import knows. */
            is_gone: boolean;
            /** @description What it leads to, the most powerful first, and not all of it. */
            leads_to: components["schemas"]["ReviewedReach"][];
            /**
             * Format: int32
             * @description Number of things that it leads to.
             */
            leads_to_in_all: number;
            level?: components["schemas"]["RightLevel"] | null;
            /** @description The name of whose access it is. */
            name: string;
            /**
             * Format: int32
             * @description The number of the item.
             */
            number: number;
            /** @description Whether it gives power over a system. */
            privileged: boolean;
            /** @description What it is for, in the source's words. */
            purpose?: string | null;
            /** @description How the account has the access. */
            relation: components["schemas"]["EdgeRelation"];
            /** @description The access review. */
            review: components["schemas"]["ReviewId"];
            reviewer?: components["schemas"]["ReviewPerson"] | null;
            /** @description As what. */
            reviewer_role: components["schemas"]["ReviewerRole"];
            since?: components["schemas"]["Moment"] | null;
            source?: components["schemas"]["SourceName"] | null;
            /** @description The key of the group, role or resource. */
            target: string;
            target_kind?: components["schemas"]["InventoryKind"] | null;
            /** @description Its name. */
            target_name: string;
            /** @description Its title. */
            title: string;
            /** @description When it was used, as was known when it was asked, the newest first. Empty if nothing is known. */
            uses: components["schemas"]["ReviewedUse"][];
            /** @description Why it was not asked of whom the review asks for. */
            why?: string | null;
        };
        /**
         * @description What became of an item so far.
         * @enum {string}
         */
        AccessReviewItemState: "undecided" | "kept" | "revoked";
        /** @description What an access review would ask, and whom. */
        AccessReviewPreview: {
            /**
             * Format: int32
             * @description Number of items.
             */
            items: number;
            /**
             * Format: int32
             * @description Number of items with power over a system.
             */
            privileged: number;
            /**
             * Format: int32
             * @description Number of items that go to another reviewer than the review asks for.
             */
            redirected: number;
            /** @description How many items each reviewer would get, the most first. */
            reviewers: components["schemas"]["PreviewedReviewer"][];
            /**
             * Format: int32
             * @description Number of items that nobody may review.
             */
            without_reviewer: number;
            /**
             * Format: int32
             * @description Number of items without any evidence of use.
             */
            without_use: number;
        };
        /** @description Which accesses an access review asks about. All that is given must match, and something must be given. */
        AccessReviewScope: {
            /** @description Only accesses of contractors, vendors and the like. */
            contractors?: boolean;
            /** @description Only memberships in this group: the name of one here, or with `source` the key or name of one there. */
            group?: string | null;
            /** @description Only memberships in groups of this installation. */
            here?: boolean;
            /** @description Only accesses with power over a system. */
            privileged?: boolean;
            source?: components["schemas"]["SourceName"] | null;
        };
        /**
         * @description Whether an access review goes on.
         * @enum {string}
         */
        AccessReviewState: "open" | "closed";
        /** @description A source, as of an import. */
        AccessSource: {
            /** @description When that was applied. */
            applied_at: components["schemas"]["Moment"];
            /**
             * Format: int64
             * @description The import.
             */
            import: number;
            /** @description The source. */
            source: components["schemas"]["SourceName"];
        };
        /** @description One step of a path: a relation that the source states. */
        AccessStep: {
            /** @description Who authorised it. */
            authorised_by?: string | null;
            /** @description Whether it holds only under conditions, which are not evaluated. */
            conditional?: boolean;
            /** @description Where it begins. */
            from: components["schemas"]["AccessNode"];
            /** @description The place in the source that says so: a policy, a line. */
            granted_by?: string | null;
            level?: components["schemas"]["RightLevel"] | null;
            /** @description What it is. */
            relation: components["schemas"]["EdgeRelation"];
            /** @description What may be done, in the source's words, with commas between. */
            rights?: string | null;
            since?: components["schemas"]["Moment"] | null;
            /** @description Where it ends. */
            to: components["schemas"]["AccessNode"];
        };
        /**
         * @description What is decided about an access.
         * @enum {string}
         */
        AccessVerdict: "keep" | "revoke";
        /** @description What a decision did. */
        AccessVerdictResult: {
            /**
             * Format: int32
             * @description Number of items that were decided.
             */
            decided: number;
            /**
             * Format: int32
             * @description Number of memberships here that ended with it.
             */
            ended_here: number;
            /**
             * Format: int32
             * @description Number of revoked accesses that are in a source, where somebody has to take them away.
             */
            left_to_source: number;
        };
        /** @enum {string} */
        Action: "read" | "write" | "download" | "connect" | "administer";
        /** @description A search for the actions that a subject may perform on a resource. */
        ActionSearch: {
            context?: components["schemas"]["EvaluationContext"] | null;
            page?: components["schemas"]["SearchPage"] | null;
            /** @description The resource. */
            resource: components["schemas"]["EvaluationResource"];
            /** @description The subject. */
            subject: components["schemas"]["EvaluationSubject"];
        };
        /** @description An answer to an access that is evaluated again. */
        AnswerAgain: {
            /** @description The policies that determine the outcome. */
            determined_by: components["schemas"]["PolicyCited"][];
            /** @description The outcome: `allow` or `deny`. */
            effect: string;
            /** @description False for a denial that would not be enforced, because the application was in the stage `observe`. */
            enforced: boolean;
            /** @description The policies that failed to evaluate. */
            errors: components["schemas"]["PolicyId"][];
            /** @description The evidence that would turn a denial into an allowance, in one sentence each. */
            remedies: string[];
            /** @description The shadow-stage policies that would change the outcome. */
            shadow: components["schemas"]["PolicyId"][];
        };
        /**
         * @description Whether the caller may answer a request or a proposal that waits, as far as it depends on who they are. Policies
         *     decide besides whether they may answer at all.
         */
        AnswerIndependence: {
            /** @description Whether they may say yes: they are another person than the author, and independent of them. */
            may: boolean;
            /** @description Why not. */
            why_not?: string | null;
        };
        /** @description What an owner said about a label. */
        AnsweredLabel: {
            /** @description When. */
            at: components["schemas"]["Moment"];
            /** @description Who: an id, or `operator`. */
            by: string;
            /** @description The name of that person or service account now. Absent if there is none. */
            by_name?: string | null;
            /** @description Why. */
            reason: string;
        };
        /** @description An application as it is declared now, with the labels that were given later. */
        Application: {
            /** @description Its declaration. */
            declared: components["schemas"]["Declaration"];
            /** @description The labels that its resources were given later. They override those of the declaration. */
            labels: {
                [key: string]: components["schemas"]["Sensitivity"];
            };
            /** @description Its name. */
            name: components["schemas"]["ApplicationName"];
            /** @description The version of the declaration: a digest, the same for equal declarations. `expected_version` takes it. */
            version: string;
        };
        /**
         * @description The protocol that an application speaks. It determines the gate that serves the application, and the fields of its
         *     declaration.
         * @enum {string}
         */
        ApplicationKind: "http";
        /** @example wiki */
        ApplicationName: string;
        /** @description How many accesses to an application depend on each item. */
        ApplicationShare: {
            /**
             * Format: int64
             * @description Number of allowed accesses.
             */
            accesses: number;
            /** @description The application. */
            application: components["schemas"]["ApplicationName"];
            /** @description By item, the number that would be denied without it. */
            depends: {
                [key: string]: number;
            };
            /** @description The sensitivity of the resources. */
            sensitivity: components["schemas"]["Sensitivity"];
        };
        /**
         * @description Whether denials of an application are enforced.
         * @enum {string}
         */
        ApplicationStage: "observe" | "enforce";
        /** @description An import that was applied. */
        AppliedImport: {
            /** @description When it was applied. */
            applied_at: components["schemas"]["Moment"];
            /** @description Who applied it: an id, `operator`, or a part of the software. */
            applied_by: string;
            /** @description The name of that person or service account now. Absent if there is none. */
            applied_by_name?: string | null;
            /** @description Memberships, entitlements and the like. */
            edges: components["schemas"]["ImportCount"];
            /**
             * Format: int64
             * @description The number of the import within its source.
             */
            import: number;
            /**
             * Format: int32
             * @description The largest share of the accounts, groups and the like that could be gone, in percent.
             */
            max_gone_percent: number;
            /** @description Accounts, groups and the like. */
            nodes: components["schemas"]["ImportCount"];
        };
        /** @description How to apply an import. */
        ApplyImport: {
            /**
             * Format: int32
             * @description The largest share of the accounts, groups and the like that may be gone, in percent: 20 unless given. Up to 20 of
             *     them may be gone in any case.
             */
            max_gone_percent?: number | null;
        };
        /** @description The facts that were archived, or would be. */
        ArchiveReport: {
            /** @description Facts that are not older than this moment stay in the store. */
            before: components["schemas"]["Moment"];
            /**
             * Format: int64
             * @description Number of facts that were removed from the journal's store.
             */
            deleted: number;
            /** @description Whether this is a dry run. */
            dry_run: boolean;
            /** @description The archive files that were written. */
            files: components["schemas"]["ArchivedFile"][];
            /**
             * Format: int64
             * @description The last archived fact, from this run or earlier ones: that of the newest checkpoint before the moment. 0 if
             *     there is none.
             */
            until: number;
        };
        /** @description An archive file. */
        ArchivedFile: {
            /**
             * Format: int64
             * @description Its length in bytes, once it is written.
             */
            bytes?: number | null;
            digest?: components["schemas"]["Digest"] | null;
            /**
             * Format: int64
             * @description The first fact in it.
             */
            first: number;
            /**
             * Format: int64
             * @description The last fact in it.
             */
            last: number;
        };
        /** @description The body of a request to evaluate a decision again: which policies, and what of the evidence to change. */
        AskAgain: {
            /**
             * @description The changes, one for each item at most, in any order. Default: none, which gives the recorded answer under the
             *     policies of the decision.
             */
            changes?: components["schemas"]["EvidenceChange"][];
            /** @description The policies to evaluate. Default: those of the decision. */
            policies?: components["schemas"]["AskedPolicies"];
            /** @description True to also try each single further change, and to list those that turn the answer. */
            single_changes?: boolean;
        };
        /** @description A recorded decision, evaluated again. Nothing was changed, and nothing is permitted by it. */
        AskedAgain: {
            /** @description The moment of the decision, at which it was evaluated again. */
            at: components["schemas"]["Moment"];
            /** @description Their answer with the changes. */
            changed: components["schemas"]["AnswerAgain"];
            /** @description The decision. */
            decision: components["schemas"]["DecisionId"];
            /** @description Every item that can be changed, with its recorded value. */
            items: components["schemas"]["ChangeableItem"][];
            /** @description What the answer does not take into account. */
            notes: string[];
            /** @description The policies that were evaluated. */
            policies: components["schemas"]["AskedPolicies"];
            single_changes?: components["schemas"]["SingleChanges"] | null;
            /**
             * @description The answer of these policies with the recorded evidence. Under the policies of the decision it is the recorded
             *     answer.
             */
            unchanged: components["schemas"]["AnswerAgain"];
            /** @description Their version. */
            version: components["schemas"]["Digest"];
            /**
             * Format: int64
             * @description The sequence of the newest fact that the decision knew; the evidence is that of this world.
             */
            world: number;
        };
        /**
         * @description The policies that a decision is evaluated against again.
         * @enum {string}
         */
        AskedPolicies: "then" | "now";
        /** @description A key that signs or signed assertions. Each gate has its own. */
        AssertionKey: {
            believed_until?: components["schemas"]["Moment"] | null;
            /**
             * @description Its id, the `kid` of tokens and of the key set.
             * @example NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs
             */
            id: string;
            /** @description When it was published. */
            published_at: components["schemas"]["Moment"];
            rotated_at?: components["schemas"]["Moment"] | null;
            /** @description The state of the key. */
            state: components["schemas"]["KeyState"];
        };
        /** @enum {string} */
        Assurance: "aal1" | "aal2" | "aal3";
        /** @description How the principal proved their identity. */
        Authentication: {
            /**
             * Format: int64
             * @description Seconds since the authentication.
             */
            age_seconds: number;
            /** @description The assurance level of that proof. */
            assurance: components["schemas"]["Assurance"];
            /** @description The passkey that was used. */
            credential: components["schemas"]["CredentialId"];
            /** @description The method. */
            method: string;
            /** @description Whether the method cannot be relayed by a look-alike site. */
            phishing_resistant: boolean;
        };
        /**
         * @description How much of the evidence a report could use. Missing evidence never counts as fine: a figure that could be lower
         *     with it is lower, and the verdict is unknown.
         */
        Basis: {
            /** @description Everything that prevents a verdict, in one sentence each. */
            gaps: string[];
            /**
             * Format: int64
             * @description Number of decisions of the period that were read.
             */
            recorded: number;
            /**
             * Format: int64
             * @description Number of decisions that were read and could not be evaluated again.
             */
            unanswered: number;
            /**
             * Format: int64
             * @description Number of files and other parts of the evidence that could not be read or differ from their anchors.
             */
            unread: number;
            /**
             * Format: int64
             * @description Maximum number of decisions in them. Absent if nobody can tell.
             */
            unread_decisions?: number | null;
            /** @description Whether the report allows a verdict. */
            verdict: components["schemas"]["Verdict"];
        };
        /**
         * @description How a caller is known.
         * @enum {string}
         */
        CallerKind: "person" | "service" | "operator";
        /**
         * @description Whether the caller may do one action on one resource of the control plane now. Nothing is recorded, since nothing was
         *     asked for yet; the request itself is decided again.
         */
        CallerPermission: {
            /** @description The action. */
            action: components["schemas"]["Action"];
            /** @description Whether it would be allowed. */
            allowed: boolean;
            /** @description The policies that would refuse it. */
            reasons?: components["schemas"]["RefusalReason"][];
            /** @description The smallest evidence that would let it pass. */
            remedies?: components["schemas"]["RefusalRemedy"][];
            /**
             * @description The resource: `self`, `approvals` or `control`.
             * @example control
             */
            resource: string;
        };
        /** @description Who calls, and what the policies would answer them now. */
        CallerReport: {
            /** @description The address of the person. */
            email?: string | null;
            /** @description The id of the person or of the service account; absent for the operator. */
            id?: string | null;
            /** @description How the caller is known. */
            kind: components["schemas"]["CallerKind"];
            /** @description What they are called. */
            name: string;
            /** @description The answer for each resource of the control plane and each action on it. */
            permissions: components["schemas"]["CallerPermission"][];
            session?: components["schemas"]["Session"] | null;
        };
        /**
         * @description Whether such a request exists.
         * @enum {string}
         */
        Certainty: "never" | "possible" | "unknown";
        /**
         * @description The kinds of change of a file.
         * @enum {string}
         */
        Change: "added" | "changed" | "removed";
        /** @description An item of evidence that can be changed. */
        ChangeableItem: {
            /** @description Whether a change names it. */
            changed: boolean;
            /** @description The values to choose from, beside the recorded one. Empty for an address, and for an item that is only a number. */
            choices: string[];
            /**
             * @description The item: `identity`, `assurance`, `phishing_resistance`, `proof_age`, `session_age`, `session_idle`, `device`,
             *     `managed`, `posture_age`, `posture.CHECK`, `network`, `address`, `risk`, `standing`, `group.NAME`, `grant`,
             *     `exception.POLICY`, `hour`, `weekday` or `label`.
             */
            item: string;
            /**
             * Format: int64
             * @description For an item that can be a whole number: the largest one. The least is 0.
             */
            most?: number | null;
            /** @description Whether the policies read it, or something recorded together with it, for the answer with the changes. */
            read: boolean;
            /** @description Its recorded value. */
            recorded: string;
            /** @description Its value with the changes. A change of another item may change it too: a managed device passes every check. */
            value: string;
        };
        /** @enum {string} */
        CheckResult: "pass" | "fail" | "unknown";
        /** @enum {string} */
        Cohort: "employee" | "contractor" | "vendor" | "service" | "anonymous";
        /** @description Two values that were compared. */
        ComparedPair: {
            /** @description The value of the account. */
            account: string;
            /** @description What was compared, in the words of the file of rules: `mail`, `family_name_like`. */
            comparison: string;
            /** @description The value of the identity. */
            identity: string;
            /** @description The key of that node. */
            key: string;
            /** @description The source of the node that has the identity's value. */
            source: components["schemas"]["SourceName"];
        };
        /** @description How an access ended. */
        Completion: {
            /** @description When it ended. */
            at: components["schemas"]["Moment"];
            /**
             * Format: int64
             * @description Number of bytes from the client.
             */
            bytes_in: number;
            /**
             * Format: int64
             * @description Number of bytes to the client.
             */
            bytes_out: number;
            /**
             * Format: int64
             * @description Microseconds from the decision to the end of the access.
             */
            duration_micros: number;
            /** @description How it ended: `finished`, `revoked`, `client_gone`, `upstream_failed`, `timed_out` or `drained`. */
            ended: string;
            /**
             * Format: int32
             * @description The status of the answer.
             */
            status: number;
        };
        /**
         * @description The states of a component.
         * @enum {string}
         */
        ComponentCondition: "running" | "restarting" | "failed" | "stopped";
        /** @description The state of a component of a process. */
        ComponentStatus: {
            /** @description Whether accesses depend on it: the process is not ready without it. */
            essential: boolean;
            /**
             * Format: int64
             * @description Seconds since that failure.
             */
            failed_seconds_ago?: number | null;
            /**
             * Format: int64
             * @description Number of failures since the process started.
             */
            failures: number;
            /** @description The last failure. */
            last_failure?: string | null;
            /**
             * @description Its name.
             * @example evidence upkeep
             */
            name: string;
            /** @description Its present state. */
            state: components["schemas"]["ComponentCondition"];
        };
        /** @description What the holder of a compromised account can come to control. */
        CompromiseAnswer: {
            /** @description When the graph was read that answers, and as of which imports. */
            as_of: components["schemas"]["AccessAsOf"];
            /** @description What can come under control: the nearest first. The items of this page. */
            items: components["schemas"]["AccessEnd"][];
            /** @description The `cursor` of the next page; absent at the end of the list. */
            next?: string | null;
            /** @description The node that was asked about. */
            node: components["schemas"]["AccessNode"];
            /** @description Whether tier zero can come under control. */
            reaches_tier_zero: boolean;
            /** @description To how many resources and the like there are rights, with everything that can come under control. */
            rights: components["schemas"]["RightCounts"];
            /**
             * Format: int64
             * @description Number of all items, on every page.
             */
            total: number;
        };
        /** @description Confirms that an import may suspend this many people. */
        ConfirmLeavers: {
            /**
             * Format: int64
             * @description The import: the last one of the source.
             */
            import: number;
            /**
             * Format: int32
             * @description The number of people, as the source shows it.
             */
            people: number;
        };
        /** @description An attribute about which sources contradict each other. */
        ContradictingAttribute: {
            /** @description The attribute. */
            attribute: string;
            /** @description One value of each kind. */
            values: components["schemas"]["IdentityAttribute"][];
        };
        /** @description An account, and whose it is. */
        CorrelatedAccount: {
            /** @description The identities in question, the best one first. */
            candidates: components["schemas"]["IdentityCandidate"][];
            decision?: components["schemas"]["LinkDecisionId"] | null;
            /** @description The rules by which it belongs to it. */
            evidence: components["schemas"]["RuleEvidence"][];
            ground?: components["schemas"]["LinkGround"] | null;
            identity?: components["schemas"]["NodeReference"] | null;
            /** @description The key in the source. */
            key: string;
            /** @description Its name in the source. */
            name: string;
            /** @description The source. */
            source: components["schemas"]["SourceName"];
            /** @description Whether it belongs to an identity. */
            state: components["schemas"]["InventoryAccountState"];
        };
        /** @description The numbers of a result of correlation. */
        CorrelationResult: {
            /**
             * Format: int64
             * @description Number of accounts to which several identities lay claim.
             */
            disputed: number;
            /** @description When its result took effect. */
            ended_at: components["schemas"]["Moment"];
            /**
             * Format: int64
             * @description Number of accounts that belong to an identity.
             */
            linked: number;
            /**
             * Format: int64
             * @description Number of records of people and accounts that it read.
             */
            nodes: number;
            /**
             * Format: int64
             * @description Number of accounts of which no identity is in question.
             */
            orphans: number;
            /**
             * Format: int64
             * @description Number of identities that are no people.
             */
            others: number;
            /**
             * Format: int64
             * @description Number of identities that are people.
             */
            people: number;
            /**
             * Format: int64
             * @description Number of accounts that a person should look at.
             */
            proposed: number;
            /** @description When the run began. */
            started_at: components["schemas"]["Moment"];
        };
        /** @description The rules by which accounts are correlated. */
        CorrelationRuleText: {
            /** @description Whether the operator declared a file. What it does not have is as shipped. */
            declared: boolean;
            /** @description What is wrong with it. While something is, no correlation runs. */
            problem?: string | null;
            /** @description The text of the operator's file, or of the shipped one. */
            text: string;
        };
        /** @description Where correlation stands. */
        CorrelationState: {
            /** @description Whether the last result is of what the sources, the decisions and the rules say now. */
            current: boolean;
            /** @description Why the last run failed, if it failed. */
            failure?: string | null;
            last?: components["schemas"]["CorrelationResult"] | null;
            /** @description Whether a requested run has not begun yet. */
            requested: boolean;
            /** @description Whether a process works on it. */
            running: boolean;
        };
        /** @description The proposal that is countersigned. */
        Countersigning: {
            /** @description The digest of the proposal that the person read. */
            digest: components["schemas"]["Digest"];
        };
        /** @description The number of objects of each kind. */
        Counts: {
            /**
             * Format: int64
             * @description People who administer the installation and are not suspended.
             */
            administrators: number;
            /**
             * Format: int64
             * @description Those of them who have a passkey.
             */
            administrators_with_passkeys: number;
            /**
             * Format: int64
             * @description Applications.
             */
            applications: number;
            /**
             * Format: int64
             * @description Devices.
             */
            devices: number;
            /**
             * Format: int64
             * @description Exceptions that are open.
             */
            exceptions: number;
            /**
             * Format: int64
             * @description Grants that are active.
             */
            grants_active: number;
            /**
             * Format: int64
             * @description Grants that wait for an answer.
             */
            grants_requested: number;
            /**
             * Format: int64
             * @description Groups.
             */
            groups: number;
            /**
             * Format: int64
             * @description People.
             */
            people: number;
            /**
             * Format: int64
             * @description Service accounts.
             */
            services: number;
            /**
             * Format: int64
             * @description Sessions that have not ended.
             */
            sessions: number;
        };
        /** @description A part of a number of things. */
        CoveredShare: {
            /**
             * Format: int64
             * @description Number of these with a confirmed label.
             */
            confirmed: number;
            /**
             * Format: int64
             * @description Number of things that are known.
             */
            known: number;
        };
        /** @description A passkey's public part. */
        Credential: {
            /** @description The assurance level of signing in with it. */
            assurance: components["schemas"]["Assurance"];
            /** @description Its id. */
            id: components["schemas"]["CredentialId"];
            last_use?: components["schemas"]["LastUse"] | null;
            /** @description The name that its owner gave it. */
            name: string;
            /** @description The owner. */
            person: components["schemas"]["PersonId"];
            /** @description When it was registered. */
            registered_at: components["schemas"]["Moment"];
        };
        /** @example key_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        CredentialId: string;
        /** @description A decision about an item. */
        DecidedAccess: {
            /** @description When. */
            at: components["schemas"]["Moment"];
            /** @description Who decided it, as text. */
            by: string;
            /** @description The name of this person now. Absent if there is none. */
            by_name?: string | null;
            /** @description Why. */
            reason?: string | null;
            /**
             * Format: int32
             * @description Number of items that were decided together with it, itself included.
             */
            together: number;
            /** @description Whether the access stays. */
            verdict: components["schemas"]["AccessVerdict"];
        };
        /** @description One decision, with everything that it read. */
        Decision: {
            /** @description The action. */
            action: components["schemas"]["Action"];
            /** @description The requested application. */
            application: components["schemas"]["ApplicationName"];
            /** @description When it was made. */
            at: components["schemas"]["Moment"];
            authentication?: components["schemas"]["Authentication"] | null;
            /**
             * @description Why the decision was made: `first` (evaluated), `reused` (a cached answer that still held), `reasked` (evaluated
             *     again because the world changed during the access), `cut` (evaluated again, which ended the access).
             */
            cause: string;
            completion?: components["schemas"]["Completion"] | null;
            /** @description The media type of the answer, if the decision read it. */
            content_type?: string | null;
            device?: components["schemas"]["DeviceId"] | null;
            device_evidence?: components["schemas"]["DeviceEvidence"] | null;
            /** @description The outcome: `allow` or `deny`. */
            effect: string;
            /** @description False for a denial that was not enforced, because the application is in the stage `observe`. */
            enforced: boolean;
            /** @description The policies that failed to evaluate. */
            errors: components["schemas"]["PolicyId"][];
            /** @description The exceptions that applied. */
            exceptions: components["schemas"]["ExceptionId"][];
            /** @description The enforcement point that asked. */
            gate: string;
            grant?: components["schemas"]["GrantId"] | null;
            /** @description Its id. */
            id: components["schemas"]["DecisionId"];
            /** @description The item: a canonical path without its query, or an AuthZEN resource id. */
            item: string;
            /** @description False if the resource has no label, and so counts as restricted. */
            labelled: boolean;
            /**
             * Format: int32
             * @description Microseconds from the request for a decision to the decision.
             */
            latency_micros: number;
            /** @description The protocol's name of the action: an HTTP method, an AuthZEN action. */
            operation: string;
            place?: components["schemas"]["Place"] | null;
            /** @description The version of the policy set. */
            policies: components["schemas"]["Digest"];
            /** @description The principal of the access. */
            principal: components["schemas"]["Principal"];
            /** @description The principal's present name, if they are in the inventory. */
            principal_name?: string | null;
            /** @description The policies that determined the outcome. */
            reasons: components["schemas"]["PolicyId"][];
            /** @description The evidence that would have turned a denial into an allowance. */
            remedies: string[];
            /** @description The requested resource. */
            resource: components["schemas"]["ResourceName"];
            /** @description The risk of the principal. */
            risk: components["schemas"]["RiskLevel"];
            /** @description The sensitivity of the resource. */
            sensitivity: components["schemas"]["Sensitivity"];
            session?: components["schemas"]["SessionId"] | null;
            /**
             * Format: int64
             * @description Seconds since the session began.
             */
            session_age_seconds?: number | null;
            /**
             * Format: int64
             * @description Seconds since the session was last used.
             */
            session_idle_seconds?: number | null;
            /** @description The shadow-stage policies that would have changed the outcome. */
            shadow: components["schemas"]["PolicyId"][];
            /** @description Properties of the item that an AuthZEN client sent; empty for a gate. */
            tags?: {
                [key: string]: string;
            };
            /**
             * Format: int64
             * @description The sequence of the newest fact that it knew.
             */
            world: number;
        };
        /** @description Decisions that fell since the last event of a stream. */
        DecisionBatch: {
            /** @description Whether more fell than one event holds. These are the newest; `GET /decisions` has all. */
            gap: boolean;
            /** @description The decisions, oldest first. */
            items: components["schemas"]["Decision"][];
        };
        /** @example dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        DecisionId: string;
        /** @description The metadata of the decision point. */
        DecisionPointMetadata: {
            /** @description The endpoint for one evaluation. */
            access_evaluation_endpoint: string;
            /** @description The endpoint for several evaluations. */
            access_evaluations_endpoint: string;
            /** @description The decision point's origin, with the name that the request used. */
            policy_decision_point: string;
            /** @description The endpoint for a search of actions. */
            search_action_endpoint: string;
            /** @description The endpoint for a search of resources. */
            search_resource_endpoint: string;
            /** @description The endpoint for a search of subjects. */
            search_subject_endpoint: string;
        };
        /** @description Decisions, newest first. */
        Decisions: {
            /** @description What could not be read, and why. If there is an entry, decisions may be missing from the list. */
            incomplete?: string[];
            /** @description The decisions. */
            items: components["schemas"]["Decision"][];
            /** @description Whether the limit cut the list, because older decisions match too. A list of 10,000 counts as cut. */
            more?: boolean;
            /** @description The `cursor` of the next page. Absent on the last page. */
            next?: string | null;
        };
        /** @description The declaration of an application. It has the same content as an application file, in JSON. */
        Declaration: {
            /** @description The header in which the upstream receives the signed assertion of who makes the request. */
            assertion_header?: string;
            /** @description Media types that count as a download, as `type/subtype` or `type/*`. */
            download_types?: string[];
            /** @description The hosts at which people reach it, in lower case, without a port. */
            hosts: string[];
            /** @description The protocol that the application speaks. Default: `http`. */
            kind?: components["schemas"]["ApplicationKind"];
            /** @description The names that an AuthZEN client of this application uses for its actions, and the actions that they mean here. */
            operations?: {
                [key: string]: components["schemas"]["Action"];
            };
            /** @description Who is responsible for the application, as text (a team or a person). */
            owner: string;
            /**
             * @description The request headers that the application receives, in lower case, besides those of HTTP itself. Null leaves the
             *     choice to the gate's rules.
             */
            request_headers?: string[] | null;
            /**
             * @description The named parts, in order: the first route that matches a request names its resource. A request that no route
             *     matches belongs to the part `other`.
             */
            resources?: components["schemas"]["Resource"][];
            sensitivity?: components["schemas"]["Sensitivity"] | null;
            /** @description Whether denials are enforced or only recorded. */
            stage?: components["schemas"]["ApplicationStage"];
            /** @description The name for people. */
            title: string;
            /**
             * @description The upstream to which the gate forwards: an origin such as `http://127.0.0.1:3000`.
             * @example http://127.0.0.1:3000
             */
            upstream: string;
        };
        /** @description A declared OpenID client. */
        DeclaredOpenIdClient: {
            /**
             * @description The client id, by which it names itself.
             * @example client_wiki-web
             */
            client_id: string;
            /** @description Its declaration. */
            declaration: components["schemas"]["OpenIdClientDeclaration"];
            /** @description When it was declared in this form. */
            declared_at: components["schemas"]["Moment"];
            /**
             * Format: uri
             * @description The issuer, from which the client reads the discovery document.
             */
            issuer: string;
            /** @description Its name. */
            name: components["schemas"]["OpenIdClientName"];
            secret_issued_at?: components["schemas"]["Moment"] | null;
        };
        /** @description A declared provider. */
        DeclaredProvider: {
            /** @description Its declaration. */
            declaration: components["schemas"]["ProviderDeclaration"];
            /** @description When it was declared in this form. */
            declared_at: components["schemas"]["Moment"];
            /**
             * Format: int64
             * @description How many accounts at it are linked to people.
             */
            links: number;
            /**
             * Format: uri
             * @description The back-channel logout URI to register at the provider.
             */
            logout_uri: string;
            /** @description Its name. */
            name: components["schemas"]["ProviderName"];
            /**
             * Format: uri
             * @description The redirect URI to register at the provider.
             */
            redirect_uri: string;
        };
        /** @description A device in the inventory. */
        Device: {
            /** @description The results of that report. */
            checks: {
                [key: string]: components["schemas"]["CheckResult"];
            };
            collected_at?: components["schemas"]["Moment"] | null;
            /** @description Whether every check passed. */
            compliant: boolean;
            /** @description Its id. */
            id: components["schemas"]["DeviceId"];
            key_sha256?: components["schemas"]["Digest"] | null;
            last_use?: components["schemas"]["LastUse"] | null;
            /** @description Whether the organisation manages it. */
            managed: boolean;
            /** @description The name that its owner gave it. */
            name: string;
            owner?: components["schemas"]["PersonId"] | null;
            /** @description The owner's name now. Absent if the person was removed. */
            owner_name?: string | null;
            /** @description Its operating system, as text. */
            platform: string;
            /**
             * Format: int64
             * @description Seconds since then.
             */
            posture_age_seconds?: number | null;
        };
        /** @description The properties of the device. */
        DeviceEvidence: {
            /** @description Whether every posture check passed. */
            compliant: boolean;
            /** @description The checks that did not pass. */
            failing: components["schemas"]["PostureCheck"][];
            /** @description Whether the organisation manages it. */
            managed: boolean;
            /**
             * Format: int64
             * @description Seconds since the posture was last reported, or observed to be unchanged. Absent if the device never reported.
             */
            posture_age_seconds?: number | null;
            /** @description Whether the connection proved that it holds the device's key. */
            proved: boolean;
        };
        /** @example dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        DeviceId: string;
        /** @description A row that differs from the new fold of the journal. */
        DifferingRow: {
            /** @description The key of the row. */
            key: string;
            /** @description The table. */
            table: string;
            /** @description The difference, as text. */
            what: string;
        };
        /** @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 */
        Digest: string;
        /** @description What a source says about an edge. What is absent was not said. */
        EdgeAttributes: {
            /** @description Who authorised it. */
            authorised_by?: string | null;
            /** @description Whether it holds only under conditions, which are not evaluated. */
            conditional?: boolean;
            /** @description The place in the source that says so: a policy, a line. */
            granted_by?: string | null;
            last_used_at?: components["schemas"]["Moment"] | null;
            level?: components["schemas"]["RightLevel"] | null;
            /** @description What may be done, in the source's words. */
            rights?: string[];
            since?: components["schemas"]["Moment"] | null;
        };
        /**
         * @description A relation between two nodes of one source, read from left to right.
         * @enum {string}
         */
        EdgeRelation: "member_of" | "may" | "controls" | "has";
        /** @description Samples of memberships, entitlements and the like. */
        EdgeSamples: {
            /** @description Those that it describes in another way now. */
            changed: components["schemas"]["SampledEdge"][];
            /** @description Those that it no longer has. */
            gone: components["schemas"]["SampledEdge"][];
            /** @description Those that the source did not have before. */
            new: components["schemas"]["SampledEdge"][];
        };
        /** @description One evaluation: may the subject perform this action on this resource? */
        Evaluation: {
            /** @description The action. */
            action: components["schemas"]["EvaluationAction"];
            context?: components["schemas"]["EvaluationContext"] | null;
            /** @description The resource. */
            resource: components["schemas"]["EvaluationResource"];
            /** @description The subject. */
            subject: components["schemas"]["EvaluationSubject"];
        };
        /** @description The action of an evaluation. */
        EvaluationAction: {
            /** @description A name from the application's `operations`, or one of Countersign's actions. */
            name: string;
            /** @description Properties that the client states about the action. Policies read them as tags `action.NAME`. */
            properties?: {
                [key: string]: components["schemas"]["PropertyValue"];
            } | null;
        };
        /** @description The answer to one evaluation. */
        EvaluationAnswer: {
            /** @description The reasons and remedies. */
            context: components["schemas"]["EvaluationWhy"];
            /** @description Whether the access is allowed. */
            decision: boolean;
        };
        /** @description The context of an evaluation. */
        EvaluationContext: {
            /**
             * Format: ip
             * @description The client's IP address.
             */
            ip_address?: string | null;
            /** @description The value of the person's cookie at the application. It brings the evidence of their session. */
            session?: string | null;
        };
        /** @description Why an evaluation failed. */
        EvaluationError: {
            /** @description The message. */
            message: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
        };
        /** @description The resource of an evaluation. */
        EvaluationResource: {
            /** @description The item within the part. */
            id: string;
            /**
             * @description Properties that the client states about the resource. Policies read them as tags. No name begins with `subject.`
             *     or `action.`.
             */
            properties?: {
                [key: string]: components["schemas"]["PropertyValue"];
            } | null;
            /** @description The part of the application. */
            type: string;
        };
        /** @description The subject of an evaluation. */
        EvaluationSubject: {
            /** @description The id, address or alias. */
            id: string;
            /** @description Properties that the client states about the subject. Policies read them as tags `subject.NAME`. */
            properties?: {
                [key: string]: components["schemas"]["PropertyValue"];
            } | null;
            /** @description `user`, `identity` or `person` for a person, `service` for a service account. */
            type: string;
        };
        /** @description The reasons and remedies of an answer. */
        EvaluationWhy: {
            error?: components["schemas"]["EvaluationError"] | null;
            id?: components["schemas"]["DecisionId"] | null;
            /** @description True if the application is in the stage `observe`, so that the denial is not enforced. */
            observed?: boolean | null;
            /** @description The policies that determined the decision, or the name of what is unknown. */
            reasons?: components["schemas"]["RefusalReason"][];
            /** @description The smallest evidence that would have allowed the access. */
            remedies?: components["schemas"]["RefusalRemedy"][];
        };
        /** @description Several evaluations. An item without one of the members takes that member, as a whole, from beside the list. */
        Evaluations: {
            action?: components["schemas"]["EvaluationAction"] | null;
            context?: components["schemas"]["EvaluationContext"] | null;
            /** @description The evaluations, at most 1,000. An item that cannot be evaluated gets a denial. */
            evaluations: Record<string, never>[];
            options?: components["schemas"]["EvaluationsOptions"] | null;
            resource?: components["schemas"]["EvaluationResource"] | null;
            subject?: components["schemas"]["EvaluationSubject"] | null;
        };
        /** @description The answers to several evaluations, in their order. */
        EvaluationsAnswer: {
            /** @description One answer for each evaluation that was made. */
            evaluations: components["schemas"]["EvaluationAnswer"][];
        };
        /** @description How to answer several evaluations. */
        EvaluationsOptions: {
            evaluations_semantic?: components["schemas"]["EvaluationsSemantic"] | null;
        };
        /**
         * @description When to stop a list of evaluations.
         * @enum {string}
         */
        EvaluationsSemantic: "execute_all" | "deny_on_first_deny" | "permit_on_first_permit";
        /** @description A change of one item of evidence. */
        EvidenceChange: {
            /** @description The item, as the answer lists it: `device`, `posture.firewall`, `group.payroll`. */
            item: string;
            /** @description Its value instead: one of the item's choices, or a whole number. */
            value: string;
        };
        /**
         * @description The problems of a file of the evidence.
         * @enum {string}
         */
        EvidenceFault: "altered" | "missing" | "added" | "contested" | "damaged" | "unreadable";
        /** @description A file of the evidence that is not in order. */
        EvidenceFinding: {
            /** @description The problem. */
            fault: components["schemas"]["EvidenceFault"];
            /** @description The path of the file in the folder of the evidence. */
            path: string;
            /** @description The problem and the remedy, as text. */
            why: string;
        };
        /**
         * @description The states of recording.
         * @enum {string}
         */
        EvidenceHealth: "healthy" | "backlog" | "failing";
        /** @description An item of evidence. */
        EvidenceItem: {
            /**
             * Format: int64
             * @description Its age, if it has one.
             */
            age_seconds?: number | null;
            /** @description The item: `identity`, `session`, `device`, `posture`, `place`, `risk`, `grant`, `label`, `exception`. */
            item: string;
            /** @description Its value, as text. */
            text: string;
        };
        /** @description The result of a verification of the evidence. */
        EvidenceReport: {
            /**
             * Format: int64
             * @description Number of files that were anchored some time after they were made: nothing proves that they did not change in
             *     between.
             */
            anchored_late: number;
            /**
             * Format: int64
             * @description Number of files that match their anchors.
             */
            files: number;
            /** @description The files that are not in order. */
            findings: components["schemas"]["EvidenceFinding"][];
            gone_before?: components["schemas"]["Moment"] | null;
            /**
             * Format: int64
             * @description Number of files that expired or were compacted, and will be removed soon.
             */
            leaving: number;
            /**
             * Format: int64
             * @description Number of further files that are not in order and are not listed.
             */
            more: number;
            /**
             * Format: int64
             * @description Number of records in them.
             */
            records: number;
            /**
             * Format: int64
             * @description Number of rows in them.
             */
            rows: number;
            /**
             * Format: int64
             * @description Number of segments, which are not Parquet yet and so not anchored, without a damaged frame.
             */
            segments: number;
            store?: components["schemas"]["StoreReport"] | null;
            /**
             * Format: int64
             * @description Number of new files that wait for their anchor; the segments that they were made from still exist.
             */
            waiting: number;
            /** @description Whether everything is in order. */
            whole: boolean;
        };
        /** @description The state of recording. */
        EvidenceStatus: {
            /**
             * Format: int64
             * @description Bytes of records that wait for the disk.
             */
            backlog_bytes: number;
            /**
             * Format: int64
             * @description The maximum of these bytes.
             */
            backlog_limit: number;
            /**
             * Format: int64
             * @description Number of refusals of unauthenticated callers of which only the number was recorded, since then.
             */
            dropped?: number;
            /**
             * Format: int64
             * @description Number of refusals of unauthenticated callers that were recorded together with similar ones, since then.
             */
            folded?: number;
            /** @description The state in one word. */
            health: components["schemas"]["EvidenceHealth"];
            /** @description The problem, if there is one. */
            problem?: string | null;
            /**
             * Format: int64
             * @description Number of records accepted since the process started.
             */
            recorded: number;
            /**
             * Format: int64
             * @description Number of records refused since then.
             */
            refused: number;
            store?: components["schemas"]["StoreStatus"] | null;
        };
        /** @description An exception that was not ended. */
        Exception: {
            application?: components["schemas"]["ApplicationName"] | null;
            /** @description Who allowed it, as text. */
            authority: string;
            /** @description Whether it has expired. */
            expired: boolean;
            /** @description When it expires. */
            expires_at: components["schemas"]["Moment"];
            group?: components["schemas"]["GroupName"] | null;
            /** @description Its id. */
            id: components["schemas"]["ExceptionId"];
            /** @description When it was opened. */
            opened_at: components["schemas"]["Moment"];
            /** @description Who is responsible for it. */
            owner: components["schemas"]["PersonId"];
            /** @description The owner's name now. Absent if the person was removed. */
            owner_name?: string | null;
            person?: components["schemas"]["PersonId"] | null;
            /** @description The person's name now. Absent if they were removed. */
            person_name?: string | null;
            /** @description The guardrail. */
            policy: components["schemas"]["PolicyId"];
            /** @description The reason. */
            reason: string;
        };
        /** @example exc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        ExceptionId: string;
        /** @description An exception as a working folder holds it: by its content, because a new one has no id yet. */
        ExceptionSetting: {
            application?: components["schemas"]["ApplicationName"] | null;
            /** @description Who allowed it, as text. */
            authority: string;
            /** @description When it expires: at most a year from now. */
            expires_at: components["schemas"]["Moment"];
            group?: components["schemas"]["GroupName"] | null;
            /** @description Who is responsible for it: a person's id, address or alias. */
            owner: string;
            /** @description The person who is exempt: an id, address or alias. Name a person or a group. */
            person?: string | null;
            /** @description The guardrail. It must be one that reads exceptions. */
            policy: components["schemas"]["PolicyId"];
            /** @description The reason. */
            reason: string;
        };
        /** @description The effect of an exception. */
        ExceptionUse: {
            /**
             * Format: int64
             * @description Number of allowed accesses in the period that it covered.
             */
            accesses: number;
            /** @description The exception. */
            exception: components["schemas"]["ExceptionId"];
            expires_at?: components["schemas"]["Moment"] | null;
            /**
             * Format: int64
             * @description Number of these that would have been denied without it.
             */
            needed: number;
            owner?: components["schemas"]["PersonId"] | null;
            policy?: components["schemas"]["PolicyId"] | null;
        };
        /** @description The answers of a solver about a plan, for all possible requests and not only for recorded ones. */
        Exhaustive: {
            /** @description The effect of the change over all kinds of requests. */
            change: components["schemas"]["ExhaustiveChange"];
            /** @description The answers for each kind of request: the kind of principal, and the action. */
            kinds: components["schemas"]["ExhaustiveKind"][];
            /** @description Whether a request would be allowed that is denied now. */
            newly_allowed: components["schemas"]["Certainty"];
            /** @description Whether a request would be denied that is allowed now. */
            newly_denied: components["schemas"]["Certainty"];
            /** @description Why the solver could not be used at all. Then nothing is known, and nothing counts as fine. */
            not_asked?: string | null;
            /** @description The remedy for that. */
            remedy?: string | null;
            /** @description The solver, such as `cvc5 1.0.3`. Absent if there is none. */
            solver?: string | null;
        };
        /** @description The answer to one question. */
        ExhaustiveAnswer: {
            /** @description The answer. */
            certainty: components["schemas"]["Certainty"];
            example?: components["schemas"]["ExhaustiveExample"] | null;
            /** @description Why the question was not answered, if it was not. */
            why_not?: string | null;
        };
        /**
         * @description The effect of a change on all requests.
         * @enum {string}
         */
        ExhaustiveChange: "equivalent" | "tightens" | "loosens" | "both" | "unknown";
        /** @description An example of a request whose outcome would change. The solver found it; both policy sets have decided it. */
        ExhaustiveExample: {
            application?: components["schemas"]["ApplicationName"] | null;
            /** @description The other attributes that the policies read. Attributes that are not listed can have any value. */
            particulars: components["schemas"]["Particular"][];
            /** @description The policies that would determine the outcome. Empty if it would be denied because nothing permits it. */
            planned: components["schemas"]["PolicyId"][];
            principal?: components["schemas"]["Principal"] | null;
            resource?: components["schemas"]["ResourceName"] | null;
            /** @description The policies that determine the outcome now. Empty if it is denied because nothing permits it. */
            running: components["schemas"]["PolicyId"][];
        };
        /** @description All requests of one kind of principal for one action. */
        ExhaustiveKind: {
            /** @description The action. */
            action: components["schemas"]["Action"];
            /** @description Whether a request of this kind would be allowed that is denied now. */
            newly_allowed: components["schemas"]["ExhaustiveAnswer"];
            /** @description Whether a request of this kind would be denied that is allowed now. */
            newly_denied: components["schemas"]["ExhaustiveAnswer"];
            /** @description The kind of principal: `person`, `service` or `anonymous`. */
            principal: string;
        };
        /** @description A decision and why this was its outcome. */
        Explained: {
            /** @description The decision. */
            decision: components["schemas"]["Decision"];
            /** @description The explanation. */
            explanation: components["schemas"]["Explanation"];
        };
        /** @description Why a decision had its outcome, as text. */
        Explanation: {
            /** @description The facts and policies that it used. */
            basis: string;
            /** @description The policies that determined the outcome. */
            determined_by: components["schemas"]["PolicyCited"][];
            /** @description The evidence that it read, one entry per item. */
            evidence: components["schemas"]["EvidenceItem"][];
            /** @description Further notes: exceptions, an application in the stage `observe`, policies on trial, errors. */
            notes: string[];
            /** @description The evidence that would have turned a denial into an allowance, in one sentence each. */
            remedies: string[];
            /** @description One sentence: who, what, when, and the outcome. */
            summary: string;
            /** @description All of the above as text for a terminal. */
            text: string;
        };
        /** @description The result of a decision. */
        Fell: {
            /** @description `allow` or `deny`. */
            effect: string;
            /** @description False for a denial that was not enforced, because the application is in the stage `observe`. */
            enforced: boolean;
            /** @description The policies that determined the decision. */
            reasons: components["schemas"]["PolicyId"][];
        };
        /** @description A share, with its numerator and denominator. */
        Figure: {
            /**
             * Format: int64
             * @description Number of accesses for which it holds.
             */
            accesses: number;
            /**
             * Format: int64
             * @description Number of all accesses, including unknown ones.
             */
            of: number;
            /**
             * Format: double
             * @description The share, from 0 to 1. Absent if there were no accesses, or if nobody can tell how many.
             */
            share?: number | null;
        };
        /** @description A changed file. */
        FileChange: {
            /** @description The kind of change. */
            change: components["schemas"]["Change"];
            /** @description Its path in the policy folder. */
            path: string;
        };
        /** @description What some findings of one detector have in common. */
        FindingCause: {
            /** @description The cause. */
            cause: string;
            /** @description The detector. */
            detector: string;
            /** @description The name of one of their subjects. */
            example: string;
            /**
             * Format: int64
             * @description Number of findings.
             */
            findings: number;
            /** @description When the first of them was found. */
            first_seen: components["schemas"]["Moment"];
            /** @description What to do about it. */
            fix: string;
            /** @description When one of them was found last. */
            last_seen: components["schemas"]["Moment"];
            /**
             * Format: int64
             * @description Number of those that returned.
             */
            returned: number;
            /** @description How bad the worst of them is. */
            severity: components["schemas"]["HygieneLevel"];
        };
        /** @description A statement of a source that a finding rests on. */
        FindingEvidenceItem: {
            /** @description The attribute or relation. */
            attribute: string;
            /** @description The key of the record that says it. */
            key: string;
            moment?: components["schemas"]["Moment"] | null;
            /** @description The source. */
            source: components["schemas"]["SourceName"];
            /** @description What the source says. */
            value: string;
        };
        /**
         * @description A format of exported findings.
         * @enum {string}
         */
        FindingFormat: "ocsf" | "csv" | "changes";
        /** @example fnd_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        FindingId: string;
        /** @description By which thresholds and exceptions findings are found. */
        FindingSettingsText: {
            /** @description Whether the operator declared a file. What it does not set is as shipped. */
            declared: boolean;
            /** @description What is wrong with the operator's file. While something is, nothing is looked for. */
            problem?: string | null;
            /** @description What is in force, as a file of the same form (TOML). The shipped settings if something is wrong with the operator's. */
            text: string;
        };
        /**
         * @description The severity of a finding.
         * @enum {string}
         */
        FindingSeverity: "note" | "warning" | "error";
        /**
         * @description Where a finding is in its life.
         * @enum {string}
         */
        FindingState: "open" | "accepted" | "fixed" | "returned";
        /** @description A person, an account, a group or the like that a finding speaks of. */
        FindingSubject: {
            /** @description Its key in the source. */
            key: string;
            kind?: components["schemas"]["InventoryKind"] | null;
            /** @description Its name when it was found. */
            name: string;
            /** @description Its source. */
            source: components["schemas"]["SourceName"];
        };
        /** @description Findings in a format for others. */
        FindingsExport: {
            /** @description A name for the file. */
            file_name: string;
            /**
             * Format: int64
             * @description Number of findings in it.
             */
            findings: number;
            /** @description The format. */
            format: components["schemas"]["FindingFormat"];
            /** @description Whether more findings match than one export holds. The worst come first. */
            is_cut: boolean;
            /** @description The content of the file. */
            text: string;
            /**
             * Format: int64
             * @description Of a change set: number of findings for which it has only a comment.
             */
            unwritten?: number | null;
        };
        /** @description What a look at the inventory found. */
        FindingsReport: {
            /**
             * Format: int64
             * @description Number of findings, accepted ones included.
             */
            findings: number;
            /**
             * Format: int64
             * @description Number of findings that are not there any more.
             */
            fixed: number;
            /**
             * Format: int64
             * @description Number of those that were not there before.
             */
            new: number;
            /**
             * Format: int64
             * @description Number of people, accounts, groups and the like that it looked at.
             */
            nodes: number;
            /**
             * Format: int64
             * @description Number of those that are back.
             */
            returned: number;
            /**
             * Format: int64
             * @description Number of sources that it looked at.
             */
            sources: number;
        };
        /** @description An action. */
        FoundAction: {
            /** @description One of the application's operations, or one of Countersign's actions if it declares none. */
            name: string;
        };
        /** @description The actions that a search found. */
        FoundActions: {
            /** @description Which page this is. */
            page: components["schemas"]["FoundPage"];
            /** @description Each one. */
            results: components["schemas"]["FoundAction"][];
        };
        /** @description The subjects or resources that a search found. */
        FoundEntities: {
            /** @description Which page this is. */
            page: components["schemas"]["FoundPage"];
            /** @description Each one. */
            results: components["schemas"]["FoundEntity"][];
        };
        /** @description A subject or a resource, by the names that an evaluation knows it by. */
        FoundEntity: {
            /** @description Of a person, the alias if there is one only, or else the address; of a service account, the id; of a resource, the item. */
            id: string;
            /** @description The kind that was searched for. */
            type: string;
        };
        /** @description Which page of the results of a search an answer is. */
        FoundPage: {
            /**
             * Format: int64
             * @description Number of results in this page.
             */
            count: number;
            /**
             * @description The token of the next page; empty if this is the last one. A page may hold few results, or none, and not be the
             *     last one.
             */
            next_token: string;
        };
        /** @description A just-in-time grant: one person requests it, another countersigns it. */
        Grant: {
            /** @description The reason for refusing or revoking it. */
            answer?: string | null;
            /** @description Who answered it: `operator`, a person id, a service account id, or `system:` and a part of the software. */
            answered_by?: string | null;
            /** @description The name of this person or service account now. Absent if there is none. */
            answered_by_name?: string | null;
            /** @description The application. */
            application: components["schemas"]["ApplicationName"];
            caller?: components["schemas"]["AnswerIndependence"] | null;
            /**
             * Format: int32
             * @description The duration in seconds, counted from the approval.
             */
            duration_seconds: number;
            /** @description The person's address. */
            email: string;
            expires_at?: components["schemas"]["Moment"] | null;
            /** @description Its id. */
            id: components["schemas"]["GrantId"];
            /** @description The person who requested it. */
            person: components["schemas"]["PersonId"];
            /** @description The reason. */
            reason: string;
            /** @description When it was requested. */
            requested_at: components["schemas"]["Moment"];
            /** @description The state. */
            state: components["schemas"]["GrantState"];
        };
        /** @example gra_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        GrantId: string;
        /**
         * @description The states of a grant.
         * @enum {string}
         */
        GrantState: "requested" | "active" | "expired" | "refused" | "revoked";
        /** @description A group. */
        Group: {
            /** @description The direct members. */
            members: components["schemas"]["Member"][];
            /** @description Its name. */
            name: components["schemas"]["GroupName"];
            /** @description The purpose. */
            purpose: string;
        };
        /** @example editors */
        GroupName: string;
        /** @description The effect of a guardrail. */
        GuardrailUse: {
            /**
             * Format: int64
             * @description Number of accesses in the period that it denied.
             */
            denied: number;
            /** @description The guardrail. */
            policy: components["schemas"]["PolicyId"];
            /**
             * Format: int64
             * @description Number of distinct requests that it would have denied without an item of their evidence.
             */
            would: number;
        };
        /** @description An account of a person. */
        HeldAccount: {
            /** @description Whether the source says that it can be used. Absent if it does not say. */
            enabled?: boolean | null;
            /** @description The key in the source. */
            key: string;
            /** @description The name in the source. */
            name: string;
            /** @description The source. */
            source: components["schemas"]["SourceName"];
        };
        /**
         * @description One import says of more people that they left than it may suspend: it suspends none until an administrator confirms the
         *     number.
         */
        HeldBack: {
            /**
             * Format: int32
             * @description The number of people whom it may suspend.
             */
            allowed: number;
            /**
             * Format: int32
             * @description The number of people whom the import would suspend, with those whom it suspended already.
             */
            people: number;
        };
        /**
         * @description How bad a finding is, in rising order. One step is added for what has power over a system.
         * @enum {string}
         */
        HygieneLevel: "notice" | "low" | "medium" | "high" | "critical";
        /** @description A value of an identity. */
        IdentityAttribute: {
            /** @description The attribute: `display_name`, `mail`, `department` and the like. */
            attribute: string;
            /** @description The key of the node in the source. */
            key: string;
            /** @description The source. */
            source: components["schemas"]["SourceName"];
            /** @description The value, as the source has it. */
            value: string;
        };
        /** @description An identity that an account may belong to. */
        IdentityCandidate: {
            /** @description What speaks for it and against it. */
            evidence: components["schemas"]["RuleEvidence"][];
            /** @description The key of that node. */
            key: string;
            /** @description Its name. */
            name: string;
            /** @description The source of the node that it is named by. */
            source: components["schemas"]["SourceName"];
            /**
             * Format: int64
             * @description The sum of the points, in thousandths.
             */
            total: number;
        };
        /**
         * @description What every identity that is no person should have, and what no source says.
         * @enum {string}
         */
        IdentityLack: "owner" | "purpose";
        /**
         * @description What a person decides about two nodes.
         * @enum {string}
         */
        IdentityRuling: "linked" | "separated" | "merged";
        /** @description How many records differ from what the source said before. */
        ImportCount: {
            /**
             * Format: int64
             * @description Number of records that say something else now.
             */
            changed: number;
            /**
             * Format: int64
             * @description Number of records that the source no longer has.
             */
            gone: number;
            /**
             * Format: int64
             * @description Number of records that the source did not have before.
             */
            new: number;
            /**
             * Format: int64
             * @description Number of records that are as before.
             */
            same: number;
        };
        /** @description The end of the records of an import. */
        ImportEnd: {
            /**
             * Format: int64
             * @description Number of records that were sent. The server refuses to compare fewer or more.
             */
            records: number;
        };
        /** @description A page of the records of an import. */
        ImportPage: {
            /** @description Memberships, entitlements and the like. */
            edges?: components["schemas"]["ImportedEdge"][];
            /** @description Accounts, groups and the like. */
            nodes?: components["schemas"]["ImportedNode"][];
            /**
             * Format: int64
             * @description Its number: 1, then one more for each page. A page that was taken already is not taken again.
             */
            page: number;
        };
        /** @description What an import that waits would change. */
        ImportPreview: {
            /**
             * Format: int64
             * @description The import that it was compared with; 0 for the first.
             */
            base: number;
            /** @description Some of the memberships, entitlements and the like that would change, at most 50 of each kind of change. */
            edge_samples: components["schemas"]["EdgeSamples"];
            /** @description Memberships, entitlements and the like. */
            edges: components["schemas"]["ImportCount"];
            /**
             * Format: int64
             * @description The number of the import within its source.
             */
            import: number;
            leavers?: components["schemas"]["LeaverPreview"] | null;
            /** @description Some of the accounts, groups and the like that would change, at most 50 of each kind of change. */
            node_samples: components["schemas"]["NodeSamples"];
            /** @description Accounts, groups and the like. */
            nodes: components["schemas"]["ImportCount"];
            /** @description The source. */
            source: components["schemas"]["SourceName"];
            /** @description When it was staged. */
            staged_at: components["schemas"]["Moment"];
        };
        /** @description What the server has of an import so far. */
        ImportProgress: {
            /**
             * Format: int64
             * @description The number of the last page.
             */
            page: number;
            /**
             * Format: int64
             * @description Number of records of all pages.
             */
            records: number;
        };
        /** @description An edge that a source describes. Each text has at most 1,024 bytes. */
        ImportedEdge: {
            /** @description What else the source says about it. */
            attributes?: components["schemas"]["EdgeAttributes"];
            /** @description The key of the node that has it. */
            from: string;
            /** @description What it is. */
            relation: components["schemas"]["EdgeRelation"];
            /** @description The key of the other node. */
            to: string;
        };
        /** @description A node that a source describes. Each text has at most 1,024 bytes. */
        ImportedNode: {
            /** @description What the source says about it. */
            attributes?: components["schemas"]["NodeAttributes"];
            /** @description The key that the source itself gives to it, unique within the source. */
            key: string;
            /** @description What it is. */
            kind: components["schemas"]["InventoryKind"];
            /** @description The name that people know it by. */
            name: string;
        };
        /**
         * @description Whether an account belongs to an identity.
         * @enum {string}
         */
        InventoryAccountState: "linked" | "proposed" | "disputed" | "orphan";
        /** @description An edge of a node of the inventory. */
        InventoryEdge: {
            /** @description What else the source says about it. */
            attributes: components["schemas"]["EdgeAttributes"];
            /** @description The key of the node that has it. */
            from: string;
            other_kind?: components["schemas"]["InventoryKind"] | null;
            /** @description The name of the node at the other end. Absent if the source only mentions it. */
            other_name?: string | null;
            /** @description What it is. */
            relation: components["schemas"]["EdgeRelation"];
            /** @description The key of the other node. */
            to: string;
        };
        /** @description Something that is wrong with an account, a group or the like. */
        InventoryFinding: {
            acceptance?: components["schemas"]["AcceptanceOfFinding"] | null;
            /** @description What it shares with other findings of its detector. One act mends them all. */
            cause: string;
            /** @description The detector that found it. */
            detector: string;
            /** @description What it rests on. */
            evidence: components["schemas"]["FindingEvidenceItem"][];
            /** @description When it was found first. */
            first_seen: components["schemas"]["Moment"];
            /** @description What to do about it. */
            fix: string;
            fixed_at?: components["schemas"]["Moment"] | null;
            /** @description Its id: the same whenever the same detector finds the same of the same subjects. */
            id: components["schemas"]["FindingId"];
            /** @description When it was found last. */
            last_seen: components["schemas"]["Moment"];
            returned_at?: components["schemas"]["Moment"] | null;
            /** @description How bad it is. */
            severity: components["schemas"]["HygieneLevel"];
            /** @description Where it is in its life. */
            state: components["schemas"]["FindingState"];
            /** @description What it speaks of, the one to be changed first. */
            subjects: components["schemas"]["FindingSubject"][];
        };
        /** @description An identity. Its source and key are those of its first record, or of its first account. */
        InventoryIdentity: {
            /**
             * Format: int64
             * @description Number of its accounts.
             */
            accounts: number;
            /**
             * Format: int64
             * @description Number of attributes about which its sources contradict each other.
             */
            contradictions: number;
            /** @description The key of that node. */
            key: string;
            /** @description What it is. */
            kind: components["schemas"]["InventoryIdentityKind"];
            /** @description What it lacks. An owner is lacking too if the source names one whom no source knows. */
            lacks: components["schemas"]["IdentityLack"][];
            /** @description The name for people. */
            name: string;
            /** @description Who answers for it, as the source says it or by name; of a person, absent. */
            owner?: string | null;
            owner_node?: components["schemas"]["NodeReference"] | null;
            /** @description What it is for; of a person, absent. */
            purpose?: string | null;
            /** @description Whether a record of a person, or an account of an authoritative source, describes it. */
            recorded: boolean;
            /** @description The source of the node that it is named by. */
            source: components["schemas"]["SourceName"];
        };
        /**
         * @description What an identity is.
         * @enum {string}
         */
        InventoryIdentityKind: "employee" | "contractor" | "vendor" | "person" | "service" | "automation" | "machine" | "legacy";
        /**
         * @description What a node of the inventory is.
         * @enum {string}
         */
        InventoryKind: "person" | "account" | "group" | "role" | "resource" | "credential";
        /** @description A node of the inventory, as its source describes it now. */
        InventoryNode: {
            /** @description What the source says about it. */
            attributes: components["schemas"]["NodeAttributes"];
            /** @description Its key in the source. */
            key: string;
            /** @description What it is. */
            kind: components["schemas"]["InventoryKind"];
            /** @description The name that people know it by. */
            name: string;
            /** @description The source. */
            source: components["schemas"]["SourceName"];
        };
        /** @description A source of identities. */
        InventorySource: {
            /** @description Whether it says who belongs to the organisation. */
            authoritative: boolean;
            due_at?: components["schemas"]["Moment"] | null;
            /**
             * Format: int64
             * @description How often it is to be imported, in seconds. Absent if nobody expects it at any time.
             */
            expected_every_seconds?: number | null;
            /** @description The format of its exports. */
            format: components["schemas"]["SourceFormat"];
            last_import?: components["schemas"]["AppliedImport"] | null;
            leavers?: components["schemas"]["LeaverBounds"] | null;
            left?: components["schemas"]["SourceLeavers"] | null;
            /** @description Its name. */
            name: components["schemas"]["SourceName"];
            /** @description Whether an import is expected that did not come: the last one is too old, or there was none yet. */
            overdue?: boolean;
            /** @description Who is responsible for it. */
            owner: components["schemas"]["PersonId"];
            /** @description The owner's name now. Absent if the person was removed. */
            owner_name?: string | null;
            /** @description What it is for. */
            purpose: string;
            /**
             * Format: int64
             * @description The number of the import that is being staged or waits. Absent if there is none.
             */
            staging?: number | null;
            /** @description The title for people. */
            title: string;
        };
        /** @description An invitation that was just issued. The link is shown once. */
        Invitation: {
            /** @description When it stops working. */
            expires_at: components["schemas"]["Moment"];
            /** @description Its id. */
            id: components["schemas"]["InvitationId"];
            /**
             * Format: uri
             * @description The link, to send to the person over a trusted channel.
             */
            link: string;
            /** @description The person who may use it. */
            person: components["schemas"]["PersonId"];
            proposal?: components["schemas"]["ProposalId"] | null;
            /** @description The purpose. */
            purpose: components["schemas"]["InvitationPurpose"];
        };
        /** @example inv_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        InvitationId: string;
        /**
         * @description The purposes of invitations.
         * @enum {string}
         */
        InvitationPurpose: "enrol" | "recover";
        /** @description A new token. Its secret is shown once. */
        IssuedToken: {
            application?: components["schemas"]["ApplicationName"] | null;
            /** @description When it expires. */
            expires_at: components["schemas"]["Moment"];
            /** @description Its id. */
            id: components["schemas"]["TokenId"];
            proposal?: components["schemas"]["ProposalId"] | null;
            /** @description The service account that it belongs to. */
            service: components["schemas"]["ServiceId"];
            /**
             * @description The secret, for the header `Authorization: Bearer`.
             * @example cst_...
             */
            token: string;
        };
        /** @enum {string} */
        ItemOfEvidence: "device" | "compliance" | "phishing-resistance" | "freshness" | "risk" | "place" | "grant" | "exception";
        /** @description How many accesses depend on an item. */
        ItemShare: {
            /**
             * Format: int64
             * @description Number of accesses that would be denied without it.
             */
            depends: number;
            /** @description The item of evidence. */
            item: components["schemas"]["ItemOfEvidence"];
            /**
             * Format: int64
             * @description Number of all accesses.
             */
            of: number;
        };
        /** @description A job: a long task. */
        Job: {
            /**
             * Format: int64
             * @description Number of decisions evaluated so far; for upkeep of the evidence, the number of rows; for an archive or a
             *     verification of projections, the number of facts.
             */
            accesses: number;
            /** @description Who started it, as text. */
            asked_by?: string | null;
            /** @description The name of this person or service account now. Absent if there is none. */
            asked_by_name?: string | null;
            /**
             * Format: int64
             * @description Number of distinct decisions made for them so far. Other records had the same answer as one of these.
             */
            decided: number;
            digest?: components["schemas"]["Digest"] | null;
            ended_at?: components["schemas"]["Moment"] | null;
            /** @description Why the job failed, if it did. */
            error?: string | null;
            /**
             * @description Its id.
             * @example job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8
             */
            id: string;
            /** @description The kind of job. */
            kind: components["schemas"]["JobKind"];
            /** @description The process whose files it reads. */
            process?: string | null;
            result?: components["schemas"]["JobResult"] | null;
            /**
             * Format: double
             * @description The progress, from 0 to 1: the part of the period that was read; for a plan with a solver, each counts for one
             *     half.
             */
            share: number;
            /** @description The start of the period whose decisions it evaluates, inclusive. */
            since: components["schemas"]["Moment"];
            /** @description When it started. */
            started_at: components["schemas"]["Moment"];
            /** @description The state. */
            state: components["schemas"]["JobState"];
            /** @description The end of that period, exclusive. */
            until: components["schemas"]["Moment"];
        };
        /**
         * @description The kinds of jobs.
         * @enum {string}
         */
        JobKind: "replay" | "plan" | "proof" | "verify" | "anchor" | "compact" | "retain" | "shadow" | "archive" | "verify_projections" | "findings_look" | "role_search";
        /** @description The result of a job: the report of its kind, with `kind` as a further field. */
        JobResult: (components["schemas"]["ReplayReport"] & {
            /** @enum {string} */
            kind: "replay";
        }) | (components["schemas"]["PlanReport"] & {
            /** @enum {string} */
            kind: "plan";
        }) | (components["schemas"]["ProofReport"] & {
            /** @enum {string} */
            kind: "proof";
        }) | (components["schemas"]["ShadowReport"] & {
            /** @enum {string} */
            kind: "shadow";
        }) | (components["schemas"]["EvidenceReport"] & {
            /** @enum {string} */
            kind: "verification";
        }) | (components["schemas"]["UpkeepReport"] & {
            /** @enum {string} */
            kind: "upkeep";
        }) | (components["schemas"]["ArchiveReport"] & {
            /** @enum {string} */
            kind: "archive";
        }) | (components["schemas"]["ProjectionVerification"] & {
            /** @enum {string} */
            kind: "projection_verification";
        }) | (components["schemas"]["FindingsReport"] & {
            /** @enum {string} */
            kind: "findings";
        }) | (components["schemas"]["RoleSearchReport"] & {
            /** @enum {string} */
            kind: "roles";
        });
        /**
         * @description The states of a job.
         * @enum {string}
         */
        JobState: "running" | "finished" | "failed" | "cancelled";
        /** @description The end of the journal. */
        JournalHead: {
            /**
             * @description Both as one text: keep it elsewhere, and give it to a verification.
             * @example 12:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
             */
            anchor: string;
            /** @description Its hash, which covers everything before it. */
            hash: components["schemas"]["Digest"];
            /**
             * Format: int64
             * @description The sequence of the last entry.
             */
            seq: number;
        };
        /** @description The state of the journal. */
        JournalStatus: {
            accepted?: components["schemas"]["AcceptedHead"] | null;
            /**
             * Format: int64
             * @description The last entry that was moved to an archive file. 0 if none was.
             */
            archived_until?: number;
            /**
             * Format: int64
             * @description The entry of the checkpoint with which this process started. Absent if it folded everything.
             */
            begun_at?: number | null;
            /** @description Why this process cannot follow it any further, if it cannot. */
            broken?: string | null;
            clock_accepted?: components["schemas"]["AcceptedTime"] | null;
            /** @description Whether the process read it to its end within the last ten seconds. */
            connected: boolean;
            /** @description Why the world may differ from the fold of the facts, if there is a reason to think so. */
            doubt?: string | null;
            head?: components["schemas"]["JournalHead"] | null;
            remembered?: components["schemas"]["RememberedHead"] | null;
        };
        /** @description The public keys of assertions to applications (RFC 7517). */
        KeySet: {
            /** @description Each key. */
            keys: Record<string, never>[];
        };
        /**
         * @description The states of a key.
         * @enum {string}
         */
        KeyState: "signs" | "leaving" | "over";
        /** @description Everything about an identity. */
        KnownInventoryIdentity: components["schemas"]["InventoryIdentity"] & {
            /** @description The values that are shown, each with the node that it is taken from. */
            attributes: components["schemas"]["IdentityAttribute"][];
            /** @description The attributes about which its sources contradict each other, each with one value of each kind. The first is shown. */
            contradicting: components["schemas"]["ContradictingAttribute"][];
            /** @description The accounts that may belong to it, and about which a person should decide. */
            in_question: components["schemas"]["CorrelatedAccount"][];
            /** @description Its accounts. */
            linked: components["schemas"]["CorrelatedAccount"][];
            /** @description The records of the person. */
            records: components["schemas"]["NamedRecord"][];
        };
        /** @description A label, and what became of it. */
        KnownLabel: {
            answer?: components["schemas"]["AnsweredLabel"] | null;
            declared?: components["schemas"]["Sensitivity"] | null;
            /** @description Whether the label is confirmed, and the declared sensitivity is lower. */
            declared_lower: boolean;
            /** @description Why it was proposed. Empty if nobody proposed it. */
            evidence: components["schemas"]["SampleEvidence"][];
            /** @description What it is known by: the same for the same target and kind. */
            id: components["schemas"]["LabelId"];
            /** @description What is sensitive about it. */
            kind: components["schemas"]["LabelKind"];
            /**
             * @description Who is responsible for the application, as it declares. Absent if the target is not an application's, or it is not
             *     declared.
             */
            owner?: string | null;
            /** @description When it was proposed last, or set. */
            proposed_at: components["schemas"]["Moment"];
            /** @description Who proposed or set it: an id, or `operator`. */
            proposed_by: string;
            /** @description The name of that person or service account now. Absent if there is none. */
            proposed_by_name?: string | null;
            /** @description How sensitive that makes it. */
            sensitivity: components["schemas"]["Sensitivity"];
            /** @description What became of it. */
            state: components["schemas"]["LabelState"];
            /** @description What it is about. */
            target: components["schemas"]["LabelTarget"];
        };
        /** @description A node of the inventory, and how it is known. */
        KnownNode: {
            /**
             * Format: int64
             * @description The import of the source that holds.
             */
            import: number;
            /** @description When that was applied. */
            imported_at: components["schemas"]["Moment"];
            /** @description The node. */
            node: components["schemas"]["InventoryNode"];
            since?: components["schemas"]["Moment"] | null;
            /**
             * Format: int64
             * @description The import from which on the source says what it says now.
             */
            since_import: number;
            /** @description The title of its source. */
            source_title: string;
        };
        /** @description A label to set or remove. */
        Label: {
            sensitivity: components["schemas"]["Sensitivity"] | null;
        };
        /** @description Counts the things that carry a confirmed label. */
        LabelCoverage: {
            /** @description Of the declared applications. */
            applications: components["schemas"]["CoveredShare"];
            /** @description Of the databases that a label names. A label of a column counts for its database. */
            databases: components["schemas"]["CoveredShare"];
            /**
             * Format: int64
             * @description Number of confirmed labels whose application or part declares a lower sensitivity.
             */
            declared_lower: number;
            /**
             * Format: int64
             * @description Number of proposals that were dismissed.
             */
            dismissed: number;
            /** @description Of the hosts that a label names. */
            hosts: components["schemas"]["CoveredShare"];
            /**
             * Format: int64
             * @description Number of proposals that nobody has answered.
             */
            open: number;
            /** @description Of the parts of the declared applications, to which their routes lead. A label counts for what it names alone. */
            resources: components["schemas"]["CoveredShare"];
            /** @description What these figures do not know. */
            unknown: string[];
        };
        /** @example lab_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        LabelId: string;
        /** @enum {string} */
        LabelKind: "personal" | "payment" | "credentials" | "health";
        /** @description What a scan proposes. */
        LabelScan: {
            /** @description The proposals. */
            proposals: components["schemas"]["ProposedLabel"][];
        };
        /** @description What became of the proposals of a scan. */
        LabelScanOutcome: {
            /**
             * Format: int64
             * @description Number of proposals that an owner confirmed or dismissed before; they stay as they are.
             */
            answered: number;
            /**
             * Format: int64
             * @description Number of open proposals of which the evidence or the sensitivity changed.
             */
            changed: number;
            /**
             * Format: int64
             * @description Number of proposals that nobody had made before.
             */
            new: number;
            /**
             * Format: int64
             * @description Number of open proposals that are as before.
             */
            unchanged: number;
        };
        /**
         * @description What became of a label.
         * @enum {string}
         */
        LabelState: "open" | "confirmed" | "dismissed";
        /** @example column:shop/public.customers.iban */
        LabelTarget: string;
        /**
         * @description The last use of a session, a passkey, a token, a device or by a person, as this process knows it. It knows its own
         *     accesses at once, and those of other processes up to half an hour later (a session's within seconds). A use that
         *     nobody observed, or that was forgotten after thirteen months, is missing.
         */
        LastUse: {
            /** @description When it was. */
            at: components["schemas"]["Moment"];
            /**
             * @description The process that observed it.
             * @example edge-1
             */
            by: string;
        };
        /**
         * @description How many people one import of a source may suspend because they left. Both bounds hold; beyond them, nobody is
         *     suspended before an administrator confirms it.
         */
        LeaverBounds: {
            /**
             * Format: int32
             * @description The number of people.
             */
            people: number;
            /**
             * Format: int32
             * @description The share of the people here whom the source has, in percent; rounded up to a whole person.
             */
            percent: number;
        };
        /** @description Whom an import that waits would suspend and restore. */
        LeaverPreview: {
            held?: components["schemas"]["HeldBack"] | null;
            /**
             * Format: int64
             * @description Number of people whom it would suspend.
             */
            leaving: number;
            /** @description The people who left or came back, and are left to people because they administer or approve here; at most 50. */
            protected: components["schemas"]["PreviewedPerson"][];
            /**
             * Format: int64
             * @description Number of people whose suspension it would end.
             */
            returning: number;
            /** @description Some of these people, at most 50. */
            who_leave: components["schemas"]["PreviewedPerson"][];
            /** @description Some of these people, at most 50. */
            who_return: components["schemas"]["PreviewedPerson"][];
        };
        /**
         * @description What is the case with a person who left.
         * @enum {string}
         */
        LeaverState: "suspended" | "restored" | "protected" | "suspended_otherwise" | "waiting";
        Limit: number;
        /** @example lnk_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        LinkDecisionId: string;
        /**
         * @description Why an account belongs to its identity.
         * @enum {string}
         */
        LinkGround: "itself" | "rules" | "decision";
        /** @description The connections of a listener. */
        ListenerStatus: {
            /**
             * Format: int64
             * @description How often the system could not accept a connection, since then.
             */
            failures: number;
            /**
             * Format: int64
             * @description How often a connection came when the listener was full, since then.
             */
            full: number;
            /**
             * Format: int64
             * @description Maximum number of connections.
             */
            limit: number;
            /**
             * Format: int64
             * @description Number of connections of the address that has the most.
             */
            most_of_one_address: number;
            /**
             * @description The listener.
             * @example gate
             */
            name: string;
            /**
             * Format: int64
             * @description Number of open connections.
             */
            open: number;
            /**
             * Format: int64
             * @description Number of connections that were closed at once since the process started, because their address had used up its
             *     share.
             */
            refused: number;
            /**
             * Format: int64
             * @description Seconds since a connection was last refused or had to wait. Absent if none was.
             */
            saturated_seconds_ago?: number | null;
        };
        /** @description A member of a group. */
        Member: {
            /** @description The person's or service account's id, or the group's name. */
            id: string;
            /** @description The kind of member. */
            kind: components["schemas"]["MemberKind"];
            /** @description The member's name for people. */
            name: string;
        };
        /**
         * @description The kinds of members.
         * @enum {string}
         */
        MemberKind: "person" | "service" | "group";
        Moment: string | "never";
        /**
         * @description A named network. Policies read its name in `context.place.network`. An address outside all networks has the name
         *     `elsewhere`.
         */
        NamedNetwork: {
            /**
             * @description Its name.
             * @example office
             */
            name: string;
            /**
             * @description Its address ranges, in order. If ranges of several networks contain an address, the longest prefix counts.
             * @example [
             *       "192.0.2.0/24",
             *       "2001:db8::/32"
             *     ]
             */
            ranges: string[];
        };
        /** @description A record of a person with its name. */
        NamedRecord: {
            /** @description The key in the source. */
            key: string;
            /** @description Its name in the source. */
            name: string;
            /** @description The source. */
            source: components["schemas"]["SourceName"];
        };
        /** @description Somebody who is nearly a member of a role. */
        NearRoleMember: {
            /** @description The identity. */
            identity: components["schemas"]["RoleNode"];
            /** @description What it lacks. */
            missing: components["schemas"]["RoleNode"][];
        };
        /** @description The request to accept a finding for a while. It has one of the two ends. */
        NewAcceptance: {
            expires_at?: components["schemas"]["Moment"] | null;
            /**
             * Format: int64
             * @description For how many seconds, from a minute to a year.
             */
            expires_in_seconds?: number | null;
            /** @description Why it may stay; the journal keeps it. */
            reason: string;
        };
        /** @description The request to open an access review, or to preview it. */
        NewAccessReview: {
            /** @description When it is closed, at most a year from now. */
            due_at: components["schemas"]["Moment"];
            escalate_at?: components["schemas"]["Moment"] | null;
            /** @description To whom they go: an id, address or alias. */
            escalate_to?: string | null;
            /** @description Who reviews what nobody else can: an id, address or alias. */
            fallback: string;
            /** @description The one reviewer, for `person`: an id, address or alias. */
            reviewer?: string | null;
            /** @description Who reviews them. Nobody reviews their own access. */
            reviewers: components["schemas"]["ReviewersKind"];
            /** @description Which accesses it asks about. */
            scope: components["schemas"]["AccessReviewScope"];
            /** @description Its title. */
            title: string;
            /** @description What happens at the due date to what nobody decided. */
            undecided?: components["schemas"]["UndecidedOutcome"];
        };
        /** @description The request to decide items together. */
        NewAccessVerdict: {
            /** @description The numbers of the items. */
            items: number[];
            /** @description Why; needed to revoke. The journal keeps it. */
            reason?: string | null;
            /** @description Whether the accesses stay. */
            verdict: components["schemas"]["AccessVerdict"];
        };
        /** @description A request to archive old facts. */
        NewArchive: {
            before?: components["schemas"]["Moment"] | null;
            /** @description True to show only what would be archived. */
            dry_run?: boolean;
        };
        /** @description A device to register, or the new properties of a device: all of them, not only the changes. */
        NewDevice: {
            /** @description Its client certificate in PEM, which contains the public key. Give this or `key_sha256`, not both. */
            certificate?: string | null;
            key_sha256?: components["schemas"]["Digest"] | null;
            /** @description Whether the organisation manages it. */
            managed?: boolean;
            /** @description The name of the device. */
            name: string;
            /** @description The owner: a person's id, address or alias. Absent for a shared machine. */
            owner?: string | null;
            /** @description Its operating system, as text. */
            platform: string;
        };
        /** @description A request to verify every file of this process against its anchor. */
        NewEvidenceVerification: {
            since?: components["schemas"]["Moment"] | null;
            /** @description Also verify the copies in the store, and read each completely. */
            store?: boolean;
        };
        /** @description An exception to open. */
        NewException: {
            application?: components["schemas"]["ApplicationName"] | null;
            /** @description Who allowed it, as text. */
            authority: string;
            expires_at?: components["schemas"]["Moment"] | null;
            /**
             * Format: int64
             * @description After how many seconds it expires.
             */
            expires_in_seconds?: number | null;
            group?: components["schemas"]["GroupName"] | null;
            /** @description Who is responsible for it: a person's id, address or alias. */
            owner: string;
            /** @description The person who is exempt: an id, address or alias. Name a person or a group. */
            person?: string | null;
            /** @description The guardrail. It must be one that reads exceptions. */
            policy: components["schemas"]["PolicyId"];
            /** @description The reason. */
            reason: string;
        };
        /** @description A request for a grant. */
        NewGrant: {
            /** @description The application. */
            application: components["schemas"]["ApplicationName"];
            /**
             * Format: int32
             * @description The duration in seconds, counted from the approval: one minute to twelve hours.
             */
            duration_seconds: number;
            /**
             * @description The person: an id, address or alias. Only the machine's operator may name a person; other callers request grants
             *     for themselves.
             */
            person?: string | null;
            /** @description The reason, for the approver. */
            reason: string;
        };
        /** @description A group to create. */
        NewGroup: {
            /** @description Its name. The name of a removed group is never used again. */
            name: components["schemas"]["GroupName"];
            /** @description The purpose. */
            purpose: string;
        };
        /** @description A decision to be taken about identities. */
        NewIdentityDecision: {
            /** @description The account that is linked, or one of two nodes. */
            one: components["schemas"]["NodeReference"];
            /** @description A node of the identity that the account belongs to, or the other node. */
            other: components["schemas"]["NodeReference"];
            /** @description The reason; the journal keeps it. */
            reason: string;
            /** @description What is decided. */
            ruling: components["schemas"]["IdentityRuling"];
        };
        /** @description A request to invite a person to enrol a passkey. */
        NewInvitation: {
            /**
             * Format: int64
             * @description How long the link works in seconds, at most 30 days. Default: the configured time, normally one day.
             */
            expires_in_seconds?: number | null;
            /** @description The purpose. */
            purpose?: components["schemas"]["InvitationPurpose"];
        };
        /** @description A label that a person sets without a proposal. */
        NewLabel: {
            /** @description What is sensitive about it. */
            kind: components["schemas"]["LabelKind"];
            /** @description The reason; the journal keeps it. */
            reason: string;
            /** @description How sensitive that makes it. */
            sensitivity: components["schemas"]["Sensitivity"];
            /** @description What it is about. */
            target: components["schemas"]["LabelTarget"];
        };
        /** @description A person to add, or the new properties of a person: all of them, not only the changes. */
        NewPerson: {
            /** @description The ids of the person in other systems, which must be unique. */
            aliases?: string[];
            /**
             * @description The mail address, which must be unique. The server stores it in lower case.
             * @example ada@example.org
             */
            email: string;
            /** @description The kind of relationship with the organisation. */
            kind?: components["schemas"]["PersonKind"];
            /** @description The name. */
            name: string;
        };
        /** @description An account at a provider to link to a person. */
        NewPersonLink: {
            /** @description The provider. */
            provider: components["schemas"]["ProviderName"];
            /** @description The account there: the `sub` of its ID tokens. */
            subject: string;
        };
        /** @description A request for a plan: evaluate every decision of the period against the running policies and these. */
        NewPlan: {
            /** @description Whether to ask a solver about every possible request too. */
            exhaustive?: boolean;
            /** @description The text of each file, by its path in the policy folder: the complete set, as it would be published. */
            files: {
                [key: string]: string;
            };
            settings?: components["schemas"]["Settings"] | null;
            since?: components["schemas"]["Moment"] | null;
            until?: components["schemas"]["Moment"] | null;
        };
        /** @description A request to verify projections. */
        NewProjectionVerification: {
            /**
             * @description The name of one projection. Without it, all are verified.
             * @example register
             */
            name?: string | null;
        };
        /** @description A request for a proof: evaluate every allowed access of the period again without each item of its evidence. */
        NewProof: {
            /** @description True to leave the register unchanged and only show what would change. */
            dry_run?: boolean;
            since?: components["schemas"]["Moment"] | null;
            until?: components["schemas"]["Moment"] | null;
        };
        /** @description A query in SQL. */
        NewQuery: {
            /** @description Read only the records in the folder of the process that answers, without those that only its store has. */
            local?: boolean;
            /**
             * Format: int32
             * @description Maximum number of rows. Default: 10,000.
             */
            max_rows?: number | null;
            /** @description One SELECT over the tables that `/query/tables` lists. */
            sql: string;
            /**
             * Format: int32
             * @description Maximum time in seconds. Default: 30.
             */
            timeout_seconds?: number | null;
        };
        /** @description A request for a replay: evaluate every decision of the period again with the state and the policies of that time. */
        NewReplay: {
            since?: components["schemas"]["Moment"] | null;
            until?: components["schemas"]["Moment"] | null;
        };
        /** @description The request to give items to another reviewer. */
        NewReviewer: {
            /** @description The numbers of the items. */
            items: number[];
            /** @description Why; the journal keeps it. */
            reason: string;
            /** @description Who reviews them: an id, address or alias. */
            reviewer: string;
        };
        /** @description A request to search for roles. What is left out has its default. */
        NewRoleSearch: {
            /**
             * Format: double
             * @description How many grants a role may add, as a share of what its members hold through it, from 0 to 1. Nothing new by default.
             * @default null
             */
            allow_new: number | null;
            /**
             * Format: double
             * @description Minimum share of these people who hold it, from 0.5 to 1. 0.9 by default.
             * @default null
             */
            confidence: number | null;
            /**
             * Format: int32
             * @description Minimum number of members of a role, 2 or more. 3 by default.
             * @default null
             */
            min_members: number | null;
            /**
             * Format: int32
             * @description Minimum number of people whom the rule of a birthright role means, 2 or more. 10 by default.
             * @default null
             */
            min_people: number | null;
            /**
             * Format: double
             * @description Minimum share of a role that an identity holds to be named as nearly a member, from 0.5 to 1. 0.8 by default.
             * @default null
             */
            near: number | null;
            /**
             * @description Only groups and roles of these sources; without any, of all.
             * @default []
             */
            sources: components["schemas"]["SourceName"][];
            /** @default null */
            weights: components["schemas"]["RoleWeights"] | null;
        };
        /** @description A rollout to start: a policy in the shadow stage is enforced for a sample of people, which grows step by step. */
        NewRollout: {
            /**
             * @description The reason for starting although the report or the plan is incomplete. The journal keeps it with `why`. Without
             *     it, a report with the verdict unknown is refused, except in a dry run.
             */
            accept_unknown?: string | null;
            /** @description True to show only what the rollout would be. */
            dry_run?: boolean;
            /**
             * @description The condition that halts it, such as `newly denied people > 3`. Default: more newly denied people than the
             *     report or the plan predicted.
             */
            halt_if?: string | null;
            id?: components["schemas"]["RolloutId"] | null;
            /** @description The percentages, ascending; the last is 100. */
            percents: number[];
            /** @description The policy, which must be in the shadow stage. */
            policy: components["schemas"]["PolicyId"];
            /**
             * @description The finished shadow report or plan that was reviewed before.
             * @example job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8
             */
            rehearsal?: string | null;
            /**
             * Format: int64
             * @description For how many seconds each step is watched before the next.
             */
            watch_seconds: number;
            /** @description The reason; the journal keeps it. */
            why?: string | null;
        };
        /** @description A service account to create. */
        NewService: {
            /** @description The name for people, which must be unique. */
            name: string;
            /** @description Who is responsible for it: a person's id, address or alias. */
            owner: string;
            /** @description Its purpose. */
            purpose: string;
        };
        /**
         * @description A request for a shadow report: what the policies in the shadow stage would have changed in the decisions of the
         *     period.
         */
        NewShadowReport: {
            policy?: components["schemas"]["PolicyId"] | null;
            since?: components["schemas"]["Moment"] | null;
            until?: components["schemas"]["Moment"] | null;
        };
        /** @description A source of identities, as it is declared. */
        NewSource: {
            /** @description Whether it says who belongs to the organisation, as personnel records do. */
            authoritative?: boolean;
            /**
             * Format: int64
             * @description How often it is to be imported, in seconds: a source that was not is shown as overdue. Absent if nobody expects it
             *     at any time.
             */
            expected_every_seconds?: number | null;
            /** @description The format of its exports, as the command line names it: `ldif`, `aws-iam`, or `other`. */
            format: components["schemas"]["SourceFormat"];
            leavers?: components["schemas"]["LeaverBounds"] | null;
            /** @description Who is responsible for it: a person's id, address or alias. */
            owner: string;
            /** @description What it is for. */
            purpose: string;
            /** @description The title for people. */
            title: string;
        };
        /** @description A token to issue. */
        NewToken: {
            application?: components["schemas"]["ApplicationName"] | null;
            /**
             * @description The commands that it may run, by the operation ids of this document (`groups.join`). Absent: it only reads.
             *     Policies must also permit each command.
             */
            commands?: string[];
            device?: components["schemas"]["DeviceId"] | null;
            /**
             * Format: int64
             * @description Its lifetime in seconds, at most a year.
             */
            expires_in_seconds: number;
        };
        /** @description A request for upkeep of the evidence. */
        NewUpkeep: {
            /** @description True to show only what would be done. */
            dry_run?: boolean;
        };
        /** @description An upstream to check. It need not be declared yet. */
        NewUpstreamCheck: {
            /**
             * @description The host to ask for, as people will: an application may answer only at its own. Default: the upstream itself.
             * @example wiki.example.org
             */
            host?: string | null;
            /**
             * @description The upstream: an origin such as `http://127.0.0.1:3000`.
             * @example http://127.0.0.1:3000
             */
            upstream: string;
        };
        /** @description What a source says about a node. What is absent was not said. Which of them a node can have depends on its kind. */
        NodeAttributes: {
            /** @description Of a person: whether the source says that they are active. */
            active?: boolean | null;
            /** @description Of an account: further names by which it signs in. */
            aliases?: string[];
            /**
             * @description Of a resource: what kind of thing it is, in the source's words. Of a credential, which needs it: `password`,
             *     `api_key`, `ssh_key`, `certificate` or `second_factor`.
             */
            class?: string | null;
            created_at?: components["schemas"]["Moment"] | null;
            /** @description Of a person or an account: the department. */
            department?: string | null;
            /** @description Of an account, a group or a role: what it is for, in the source's words. */
            description?: string | null;
            /** @description Of a person or an account: the full name. */
            display_name?: string | null;
            /** @description Of a person or an account: the employee number. */
            employee_number?: string | null;
            /** @description Of a person or an account: the kind of employment, in the source's words. */
            employment?: string | null;
            /** @description Of an account or a credential: whether it can be used. */
            enabled?: boolean | null;
            ends_at?: components["schemas"]["Moment"] | null;
            expires_at?: components["schemas"]["Moment"] | null;
            /** @description Of a person or an account: the family name. */
            family_name?: string | null;
            /** @description Of a person or an account: the given name. */
            given_name?: string | null;
            last_used_at?: components["schemas"]["Moment"] | null;
            /** @description Of a person or an account: the location. */
            location?: string | null;
            /** @description Of a person or an account: the mail addresses, the primary one first. */
            mails?: string[];
            /** @description Of a person or an account: the manager, by the source's reference. */
            manager?: string | null;
            /** @description Of an account: whether it signs in with more than one factor. */
            multi_factor?: boolean | null;
            /** @description Of an account, a group, a role or a resource: its owner, by the source's reference. */
            owner?: string | null;
            /** @description Of an account: whether its password never expires. */
            password_never_expires?: boolean | null;
            password_set_at?: components["schemas"]["Moment"] | null;
            /** @description Of a group or a role: whether the source itself gives its members power over the source. */
            privileged?: boolean | null;
            starts_at?: components["schemas"]["Moment"] | null;
            /** @description Of a person or an account: the title or job. */
            title?: string | null;
            used_by?: components["schemas"]["UsedBy"] | null;
        };
        /**
         * @description The end of an edge at which a node is.
         * @enum {string}
         */
        NodeEnd: "from" | "to";
        /** @description A record of a person, or an account: the name by which it is known in all imports of its source. */
        NodeReference: {
            /** @description The key in the source. */
            key: string;
            /** @description The source. */
            source: components["schemas"]["SourceName"];
        };
        /** @description Samples of accounts, groups and the like. */
        NodeSamples: {
            /** @description Those that it describes in another way now. */
            changed: components["schemas"]["SampledNode"][];
            /** @description Those that it no longer has. */
            gone: components["schemas"]["SampledNode"][];
            /** @description Those that the source did not have before. */
            new: components["schemas"]["SampledNode"][];
        };
        /**
         * @description The observations of this process, and their exchange with other processes. While the exchange fails, observations of
         *     other processes become older here: a posture looks older and a session idle for longer.
         */
        ObservationStatus: {
            /**
             * Format: int64
             * @description Number of subjects that were dropped because the memory limit was reached, the oldest first.
             */
            dropped: number;
            /**
             * Format: int64
             * @description Seconds since this process last exchanged observations; normally a few. Absent if it never did since it started.
             */
            exchange_age_seconds?: number | null;
            /**
             * Format: int64
             * @description Number of devices with an observed posture.
             */
            postures: number;
            /** @description Why the last exchange failed, if it did. */
            problem?: string | null;
            /**
             * Format: int64
             * @description Number of sessions with an observed use.
             */
            sessions: number;
        };
        /** @description The declaration of an OpenID client. It holds no secret: one is issued on its own. */
        OpenIdClientDeclaration: {
            /** @description The application that it belongs to. A person who may not use the application gets no token for the client. */
            application: components["schemas"]["ApplicationName"];
            /**
             * Format: uri
             * @description Where the client is told that a session ended (back-channel logout). Absent: it is not told.
             */
            backchannel_logout_uri?: string | null;
            /** @description Where a browser may go after it signed out. Each is compared as a whole. */
            post_logout_redirect_uris?: string[];
            /** @description Whether it has no secret, as a program on people's own machines. */
            public?: boolean;
            /** @description Where the answer to an authorization request may go: https, or http on the own machine. Each is compared as a whole. */
            redirect_uris: string[];
        };
        /** @example wiki-web */
        OpenIdClientName: string;
        /** @description A secret that was issued to an OpenID client. */
        OpenIdClientSecret: {
            /** @description The client id. */
            client_id: string;
            /** @description The name of the client. */
            name: components["schemas"]["OpenIdClientName"];
            /**
             * @description The secret. It replaces the earlier one, which no longer works.
             * @example cso_...
             */
            secret: string;
        };
        /** @description An import that was begun. Its records are sent in pages. */
        OpenImport: {
            /**
             * Format: int64
             * @description The import that it is compared with; 0 for the first.
             */
            base: number;
            /**
             * Format: int64
             * @description For how many seconds the server waits for the next page.
             */
            idle_seconds: number;
            /**
             * Format: int64
             * @description The number of the import within its source.
             */
            import: number;
            /**
             * Format: int64
             * @description Maximum number of records of a page.
             */
            records_in_a_page: number;
            /**
             * Format: int64
             * @description Maximum number of records of the import.
             */
            records_in_all: number;
            /** @description The source. */
            source: components["schemas"]["SourceName"];
        };
        /** @default 1000 */
        PageLimit: number;
        /** @description One attribute of a request, with its name in policies. */
        Particular: {
            /** @description The name, such as `context.device.managed`. */
            name: string;
            /** @description The value. */
            value: string;
        };
        /** @description The parts of an application that need not be declared yet. */
        PartsToTry: {
            /** @description The named parts, in order. */
            resources: components["schemas"]["Resource"][];
            sensitivity?: components["schemas"]["Sensitivity"] | null;
        };
        /** @description A shortest path between two nodes, or that there is none. */
        PathAnswer: {
            /** @description When the graph was read that answers, and as of which imports. */
            as_of: components["schemas"]["AccessAsOf"];
            /** @description Where it begins. */
            from: components["schemas"]["AccessNode"];
            /** @description What is meant by access. */
            means: components["schemas"]["AccessMeans"];
            path?: components["schemas"]["AccessPath"] | null;
            to?: components["schemas"]["AccessNode"] | null;
        };
        /** @description A person in the inventory. */
        Person: {
            /** @description The ids of the person in other systems. */
            aliases: string[];
            /** @description The mail address, in lower case. */
            email: string;
            /** @description Every group that contains the person, through any depth. */
            groups: components["schemas"]["GroupName"][];
            /** @description Their id. */
            id: components["schemas"]["PersonId"];
            /** @description The kind of relationship with the organisation. */
            kind: components["schemas"]["PersonKind"];
            last_use?: components["schemas"]["LastUse"] | null;
            /** @description The name. */
            name: string;
            /**
             * Format: int32
             * @description Number of open invitations.
             */
            open_invitations: number;
            /**
             * Format: int32
             * @description Number of passkeys.
             */
            passkeys: number;
            /** @description The risk. */
            risk: components["schemas"]["Risk"];
            /** @description Whether the person is active or suspended. */
            standing: components["schemas"]["Standing"];
            /** @description The reason for the suspension, if any. */
            suspended_because?: string | null;
        };
        /** @example per_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        PersonId: string;
        /**
         * @description A person's kind of relationship with the organisation.
         * @enum {string}
         */
        PersonKind: "employee" | "contractor" | "vendor";
        /** @description A person's account at a provider. */
        PersonLink: {
            /** @description Its id. */
            id: components["schemas"]["CredentialId"];
            /** @description When it was linked. */
            linked_at: components["schemas"]["Moment"];
            /** @description The person. */
            person: components["schemas"]["PersonId"];
            /** @description The provider. */
            provider: components["schemas"]["ProviderName"];
            /** @description The account there: the `sub` of its ID tokens. */
            subject: string;
        };
        /** @description A person here who left, says a source. */
        PersonWhoLeft: {
            /** @description The person's mail address. */
            email: string;
            ended_at?: components["schemas"]["Moment"] | null;
            /** @description Whether the source no longer has the record. */
            gone: boolean;
            /** @description The accounts of the person in other sources that are not disabled there. */
            holds: components["schemas"]["HeldAccount"][];
            /**
             * Format: int64
             * @description The import with which the source suspended the person. Absent if it did not.
             */
            import?: number | null;
            /** @description The person's name. */
            name: string;
            /** @description The person. */
            person: components["schemas"]["PersonId"];
            /** @description The key of the person's record in the source. */
            record: string;
            /** @description What is the case. */
            state: components["schemas"]["LeaverState"];
        };
        /** @description Where a request came from. */
        Place: {
            /**
             * @description The address of the client.
             * @example 192.0.2.7
             */
            address: string;
            /** @description The declared network that contains the address. */
            network: string;
        };
        /** @description The result of a plan. */
        PlanReport: {
            /**
             * Format: int64
             * @description Number of decisions that were evaluated against both sets.
             */
            asked: number;
            /** @description How much of the evidence this report could use. */
            basis?: components["schemas"]["Basis"];
            /** @description Every change: new denials first, and then those with the most accesses. */
            changes: components["schemas"]["PlannedChange"][];
            exhaustive?: components["schemas"]["Exhaustive"] | null;
            /** @description The changed files. */
            files: components["schemas"]["FileChange"][];
            /** @description The accesses that would be newly allowed. */
            newly_allowed: components["schemas"]["Radius"];
            /** @description The accesses that would be newly denied. */
            newly_denied: components["schemas"]["Radius"];
            /**
             * Format: int64
             * @description Number of accesses with a changed result that are in none of these, because there were too many kinds.
             */
            not_itemised: number;
            /** @description Further notes about the figures. They do not make the figures uncertain. */
            notes?: string[];
            /**
             * Format: int64
             * @description Number of those that other policies than the running ones had decided.
             */
            of_other_policies: number;
            /** @description The version of the planned one. */
            planned: components["schemas"]["Digest"];
            /** @description The policies that are enforced now and would no longer be. */
            removed?: components["schemas"]["RemovedPolicy"][];
            /**
             * Format: int64
             * @description Number of those that would belong to another resource or action, because routes would change.
             */
            renamed?: number;
            /** @description The version of the running policy set. */
            running: components["schemas"]["Digest"];
            settings?: components["schemas"]["PlannedSettings"] | null;
            /** @description Number of decisions that were made without evaluating policies, by reason. No policy changes them. */
            unasked: {
                [key: string]: number;
            };
            /** @description What the evidence of the period cannot show. None of it counts as fine. */
            unknown: string[];
            /** @description Warnings about the planned set. */
            warnings: components["schemas"]["PolicyProblem"][];
        };
        /** @description Accesses whose result changes in the same way, for the same reason. */
        PlannedChange: {
            /** @description The action. */
            action: components["schemas"]["Action"];
            /** @description The application. */
            application: components["schemas"]["ApplicationName"];
            /** @description Whether the policies give the same result, and only the application's stage changes the outcome. */
            by_stage?: boolean;
            /**
             * Format: int64
             * @description Number of accesses.
             */
            count: number;
            /** @description The kind of device: `none`, `unmanaged`, `non_compliant` or `compliant`. */
            device: string;
            /** @description The direction. */
            direction: components["schemas"]["Turn"];
            /**
             * @description False while the application is in the stage `observe`: then nobody is stopped, but the record would show the
             *     denial.
             */
            enforced: boolean;
            /** @description The decision of the last access; `countersign why` explains it. */
            example: components["schemas"]["DecisionId"];
            /** @description The first of them. */
            first: components["schemas"]["Moment"];
            /** @description Whether the access used a just-in-time grant. */
            granted: boolean;
            /** @description The groups that the principal was in. */
            groups: components["schemas"]["GroupName"][];
            /** @description The person's kind; for a service account, its name. */
            kind: string;
            /** @description The last of them. */
            last: components["schemas"]["Moment"];
            /** @description The principal. */
            principal: components["schemas"]["Principal"];
            /** @description The principal's present name, if they are in the inventory. */
            principal_name?: string | null;
            /** @description The policies that would determine the result. */
            reasons: components["schemas"]["PolicyId"][];
            /** @description What would keep the stopped people working, as text. */
            remedies: string[];
            /** @description The part of the application. */
            resource: components["schemas"]["ResourceName"];
        };
        /** @description The settings that a plan compared. */
        PlannedSettings: {
            /** @description SHA-256 over the planned settings, as they were sent. */
            planned: components["schemas"]["Digest"];
            /** @description SHA-256 over the present settings. */
            running: components["schemas"]["Digest"];
        };
        /** @description The policies in force. */
        Policies: {
            /** @description Every policy, in the order of the files. */
            policies: components["schemas"]["Policy"][];
            /** @description Why the latest published version is not in force, if it is not. */
            problem?: string | null;
            published_at?: components["schemas"]["Moment"] | null;
            /** @description The version in force, a SHA-256 over the files. */
            version: components["schemas"]["Digest"];
            /** @description Warnings about the set. */
            warnings: components["schemas"]["PolicyProblem"][];
            /** @description The reason for putting it in force, if one was given. */
            why?: string | null;
        };
        /** @description A policy, with its annotations. */
        Policy: {
            application?: components["schemas"]["ApplicationName"] | null;
            /** @description Its file. */
            file: string;
            /** @description Its name. */
            id: components["schemas"]["PolicyId"];
            /** @description Whether it forbids for everybody or permits for one application. */
            kind: components["schemas"]["PolicyKind"];
            /**
             * Format: int64
             * @description Its first line, counted from 1.
             */
            line: number;
            /** @description Whether that day has passed. */
            overdue: boolean;
            /** @description Who is responsible for it. */
            owner: string;
            /** @description Whether exceptions to it are possible. */
            reads_exceptions: boolean;
            /** @description Its explanation for the people whom it stops or lets in. */
            reason: string;
            /**
             * Format: date
             * @description The day by which its owner reviews it.
             * @example 2027-05-31
             */
            review: string;
            /**
             * Format: int32
             * @description The percentage of people for whom a rollout enforces it although it is in the shadow stage.
             */
            rolled_out?: number | null;
            /** @description Whether it is enforced. */
            stage: components["schemas"]["PolicyStage"];
            /** @description Its text. */
            text: string;
        };
        /** @description An attribute that a policy can read. */
        PolicyAttribute: {
            /**
             * @description Its type in Cedar's words.
             * @example Bool
             */
            kind: string;
            /** @description The types of entities that have it. Empty for the context. */
            of: string[];
            /** @description Whether it can be absent, so that a policy must ask with `has` first. */
            optional: boolean;
            /**
             * @description Its path from a variable of a policy.
             * @example context.device.managed
             */
            path: string;
        };
        /** @description The result of checking a draft. */
        PolicyCheck: {
            /** @description What the lint finds in the set, in the world as it is now. Empty if the set is invalid. */
            findings: components["schemas"]["PolicyFinding"][];
            /** @description Why the set would be refused. Empty if it is valid by itself. */
            problems: components["schemas"]["PolicyProblem"][];
            /** @description Warnings about the set. */
            warnings: components["schemas"]["PolicyProblem"][];
        };
        /** @description A policy that is cited. */
        PolicyCited: {
            /** @description Its name. */
            id: components["schemas"]["PolicyId"];
            /** @description Who is responsible for it. Absent for one of the product's own reasons, or if the policy was removed. */
            owner?: string | null;
            /** @description Its place: file and line. Absent in the same cases as the owner. */
            place?: string | null;
            /** @description Its explanation for the people whom it stops or lets in. */
            reason: string;
        };
        /** @description A complete policy set that is being written. */
        PolicyDraft: {
            /** @description The text of each file, by its path in the policy folder. */
            files: {
                [key: string]: string;
            };
        };
        /** @description The files of a policy set. */
        PolicyFiles: {
            /** @description The text of each file, by its path in the policy folder. */
            files: {
                [key: string]: string;
            };
            version?: components["schemas"]["Digest"] | null;
        };
        /** @description A finding for a policy's owner. */
        PolicyFinding: {
            /** @description The code; docs/policies.md lists the codes. */
            code: string;
            /** @description Its file. */
            file: string;
            /**
             * Format: int64
             * @description The line, counted from 1.
             */
            line: number;
            /** @description The finding, in one sentence. */
            message: string;
            /** @description The policy. */
            policy: components["schemas"]["PolicyId"];
            /** @description The advice. */
            remedy: string;
            /** @description The severity. */
            severity: components["schemas"]["FindingSeverity"];
        };
        /** @example managed-device */
        PolicyId: string;
        /**
         * @description The two kinds of policies.
         * @enum {string}
         */
        PolicyKind: "guardrail" | "application";
        /** @description The findings about a policy set. */
        PolicyLint: {
            /** @description The findings, in the order of the files. */
            findings: components["schemas"]["PolicyFinding"][];
            /** @description The version of the checked set. */
            version: components["schemas"]["Digest"];
            /** @description Whether the world was available: which names exist, and which labels. Offline it is not. */
            with_world: boolean;
        };
        /** @description An error or a warning in a policy file. */
        PolicyProblem: {
            /** @description The file. */
            file: string;
            /**
             * Format: int64
             * @description The line, counted from 1. Absent if the problem concerns the whole file or set.
             */
            line?: number | null;
            /** @description The problem, in one sentence. */
            message: string;
            /** @description The same for a terminal, with the text underlined; without colours. */
            rendered: string;
        };
        /**
         * @description Whether a policy is enforced.
         * @enum {string}
         */
        PolicyStage: "shadow" | "enforce";
        /** @description The state of the policies. */
        PolicyStatus: {
            /**
             * Format: int64
             * @description Number of policies whose review is overdue.
             */
            overdue: number;
            /**
             * Format: int64
             * @description Number of policies.
             */
            policies: number;
            /** @description Why the latest published version is not in force, if it is not. */
            problem?: string | null;
            /** @description The version in force. */
            version: components["schemas"]["Digest"];
        };
        /** @description The result of one test of policies. */
        PolicyTest: {
            /** @description The policies that determined the actual answer. */
            determining: components["schemas"]["PolicyId"][];
            /** @description The expected answer. */
            expected: components["schemas"]["PolicyTestAnswer"];
            /** @description Its file. */
            file: string;
            /** @description The actual answer. */
            got: components["schemas"]["PolicyTestAnswer"];
            /**
             * Format: int64
             * @description The line on which it begins, counted from 1.
             */
            line: number;
            /** @description Its name. */
            name: string;
            /** @description Whether every expectation was met. */
            passed: boolean;
            /** @description The reasons for a failure. Empty if the test passed. */
            reasons: string[];
        };
        /**
         * @description The answer that a test expects or gets.
         * @enum {string}
         */
        PolicyTestAnswer: "allow" | "deny";
        /** @description The results of the tests of a draft: those in its files `tests/*.toml`. */
        PolicyTestReport: {
            /**
             * Format: int64
             * @description The number of tests that failed.
             */
            failed: number;
            /**
             * Format: int64
             * @description The number of tests that passed.
             */
            passed: number;
            /** @description Every test, in the order of the files. */
            tests: components["schemas"]["PolicyTest"][];
        };
        /** @description The text of a policy file. */
        PolicyText: {
            /**
             * @description Its path in the policy folder.
             * @example applications/wiki.cedar
             */
            path: string;
            /** @description Its text. */
            text: string;
        };
        /** @description A version of the policy set or of the settings that was in force. */
        PolicyVersion: {
            /** @description When it was last put in force. */
            at: components["schemas"]["Moment"];
            /** @description Who put it in force: an actor, as in the journal. */
            by: string;
            /** @description The name of this person or service account now. Absent if there is none. */
            by_name?: string | null;
            /** @description Whether it is in force now. */
            in_force: boolean;
            /** @description The subject of the version. */
            of?: components["schemas"]["VersionOf"];
            rehearsal?: components["schemas"]["Digest"] | null;
            /** @description The policies that were enforced before this version and were no longer after it. */
            removed?: components["schemas"]["PolicyId"][];
            /**
             * Format: int64
             * @description The sequence of the fact that put it in force.
             */
            seq: number;
            /** @description The changed files of a working folder besides the policies. */
            settings?: string[];
            /** @description SHA-256 over the files, or over the settings. */
            version: components["schemas"]["Digest"];
            /** @description The reason, if one was given. */
            why?: string | null;
        };
        /** @description What a policy can name: what the schema has, and what exists here. */
        PolicyVocabulary: {
            /** @description The actions. */
            actions: components["schemas"]["Action"][];
            /** @description The annotations of a policy. */
            annotations: string[];
            /** @description The applications, at most 2,000 of them. */
            applications: components["schemas"]["ApplicationName"][];
            /** @description The attributes, sorted by path. */
            attributes: components["schemas"]["PolicyAttribute"][];
            /** @description The types of entities. */
            entity_types: string[];
            /** @description The groups, at most 2,000 of them. */
            groups: components["schemas"]["GroupName"][];
            /** @description The networks. */
            networks: string[];
            /** @description The parts of applications, at most 2,000 of them. */
            resources: string[];
        };
        /** @enum {string} */
        PostureCheck: "disk_encryption" | "os_patched" | "endpoint_protection" | "firewall" | "secure_boot" | "screen_lock";
        /** @description A posture report of a device. */
        PostureReport: {
            /** @description The result of each check that was made. A check that is missing counts as not passed. */
            checks: {
                [key: string]: components["schemas"]["CheckResult"];
            };
            collected_at?: components["schemas"]["Moment"] | null;
        };
        /** @description A person in a preview. */
        PreviewedPerson: {
            /** @description The person's mail address. */
            email: string;
            /** @description The person's name. */
            name: string;
            /** @description The person. */
            person: components["schemas"]["PersonId"];
        };
        /** @description How many items a reviewer would get. */
        PreviewedReviewer: {
            /**
             * Format: int32
             * @description Number of items.
             */
            items: number;
            /** @description The reviewer. */
            reviewer: components["schemas"]["ReviewPerson"];
        };
        /** @example per_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        Principal: string;
        /** @description Why a request was refused or failed. */
        Problem: {
            decision?: components["schemas"]["DecisionId"] | null;
            /** @description The problem with this request. */
            detail: string;
            /** @description The field concerned, as a path into the body (`resources[0].part`), or the name of a parameter. */
            field?: string | null;
            /** @description Every problem of a policy set. */
            problems?: components["schemas"]["PolicyProblem"][];
            proposal?: components["schemas"]["ProposalId"] | null;
            /** @description The policies that denied the request. */
            reasons?: components["schemas"]["RefusalReason"][];
            /** @description The smallest evidence that would have allowed it. */
            remedies?: components["schemas"]["RefusalRemedy"][];
            /** @description The remedy. */
            remedy?: string | null;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description The kind, as text. */
            title: string;
            /**
             * @description The kind of problem: `about:blank#` and a word that stays the same in later versions (`invalid`, `not-found`,
             *     `conflict`, `sign-in`, `denied`, `unavailable`, `rejected-policies`, ...).
             */
            type: string;
        };
        /** @description A comparison of the tables of a projection with a new fold of the journal. */
        ProjectionComparison: {
            /** @description The first hundred rows that differ. */
            differences: components["schemas"]["DifferingRow"][];
            /**
             * Format: int64
             * @description Number of rows that differ.
             */
            differing: number;
            /** @description Whether they are equal. */
            equal: boolean;
            /** @description SHA-256 over the rows of the new fold. */
            folded: string;
            /**
             * Format: int64
             * @description Number of rows in the new fold.
             */
            rows: number;
            /**
             * Format: int64
             * @description The sequence up to which both are folded.
             */
            seq: number;
            /** @description SHA-256 over the rows of the tables. */
            stored: string;
        };
        /** @description How to rebuild a projection. */
        ProjectionRebuild: {
            /** @description True to change nothing: fold the journal again and compare. */
            dry_run?: boolean;
        };
        /** @description The result of rebuilding or comparing a projection. */
        ProjectionReport: {
            comparison?: components["schemas"]["ProjectionComparison"] | null;
            /**
             * @description Its name.
             * @example register
             */
            name: string;
            /** @description Whether its tables are being built anew. Requests that read it wait meanwhile. */
            rebuilt: boolean;
        };
        /** @description The state of a projection. */
        ProjectionStatus: {
            /**
             * Format: int64
             * @description Number of facts of the journal that it does not contain yet.
             */
            behind: number;
            /**
             * Format: int64
             * @description How often its tables were created.
             */
            generation: number;
            /**
             * @description Its name.
             * @example register
             */
            name: string;
            /**
             * Format: int64
             * @description The sequence of the last fact that it contains.
             */
            reached: number;
            /**
             * Format: int64
             * @description Number of rows in its tables.
             */
            rows: number;
            /**
             * Format: int32
             * @description The version of the shape of its tables.
             */
            shape: number;
            /** @description Why it has stopped, if it has. */
            trouble?: string | null;
        };
        /** @description The result of a verification of projections. */
        ProjectionVerification: {
            /** @description Whether every row of each projection equals the new fold of the journal. */
            equal: boolean;
            /** @description The projections, by name. */
            projections: components["schemas"]["ProjectionReport"][];
        };
        /** @description The figures of the programme that follow from accesses. Each says how many accesses it covers. */
        ProofFigures: {
            /**
             * @description Access to applications with device posture enforced: the accesses that would be denied if the device failed its
             *     checks.
             */
            device_posture_enforced: components["schemas"]["Figure"];
            /**
             * @description Privileged access through just-in-time grants: the administrative accesses that would be denied without their
             *     grant.
             */
            privileged_just_in_time: components["schemas"]["Figure"];
            /** @description Implicit trust that was discovered, and how much of it is documented and authorised. */
            register: components["schemas"]["RegisterFigures"];
        };
        /** @description The result of a proof. */
        ProofReport: {
            /** @description The same by application and sensitivity; the application with the most accesses comes first. */
            applications: components["schemas"]["ApplicationShare"][];
            /**
             * @description How much of the evidence this report could use. Unless that is all of it, shares are lower bounds, and the proof
             *     eliminates no entry.
             */
            basis?: components["schemas"]["Basis"];
            /**
             * Format: double
             * @description The share of allowed accesses on which all figures rest, from 0 to 1. Evidence that could not be read counts as
             *     if all of it had been allowed. Absent if nothing was allowed, or if nobody can tell how much could not be read.
             */
            coverage?: number | null;
            /**
             * Format: int64
             * @description Number of denied accesses, which depend on nothing.
             */
            denied: number;
            /** @description The effect of each open exception, and of each that covered an access. */
            exceptions: components["schemas"]["ExceptionUse"][];
            /** @description The figures of the programme that follow from accesses. */
            figures: components["schemas"]["ProofFigures"];
            /**
             * @description The effect of each guardrail in force. One that denied nothing, and would deny nothing without any item, is
             *     unused.
             */
            guardrails: components["schemas"]["GuardrailUse"][];
            /** @description Number of accesses that depend on each item of evidence. */
            items: components["schemas"]["ItemShare"][];
            /**
             * Format: int64
             * @description Number of further entries, which are left out because there are too many.
             */
            not_itemised: number;
            /** @description The changes of the register, or what they would be. */
            register: components["schemas"]["RegisterChange"];
            /** @description The same by sensitivity. */
            sensitivities: components["schemas"]["SensitivityShare"][];
            /** @description The entries of implicit trust: the most sensitive first, and then those with the most accesses. */
            trusts: components["schemas"]["Trust"][];
            /**
             * Format: int64
             * @description Number of accesses that were refused without evaluating policies.
             */
            unasked: number;
            /** @description The accesses about which nothing is claimed, with the reasons. */
            unknown: string[];
            /**
             * Format: int64
             * @description Number of allowed accesses that were evaluated again without each item.
             */
            went_ahead: number;
        };
        /**
         * @description A property: a text, a number or a boolean, which policies read as a text. The decision point refuses any other
         *     value.
         */
        PropertyValue: string | number | boolean;
        /** @description A command that needs two people: one person proposes it, another countersigns it, and it runs at once. */
        Proposal: {
            /** @description Why it was refused or withdrawn. */
            answer?: string | null;
            answered_at?: components["schemas"]["Moment"] | null;
            /** @description Who answered: `operator` or a person id. */
            answered_by?: string | null;
            /** @description The name of the person who answered, as it is now. */
            answered_by_name?: string | null;
            /** @description Who proposed it: a person id or a service account id. */
            by: string;
            /** @description The proposer's name now. Absent if they were removed. */
            by_name?: string | null;
            caller?: components["schemas"]["AnswerIndependence"] | null;
            /** @description SHA-256 over the facts of the command. The person who countersigns names it. */
            digest: components["schemas"]["Digest"];
            /** @description The proposer's address, if they are a person. */
            email?: string | null;
            /** @description When it expires: nobody can countersign it afterwards. */
            expires_at: components["schemas"]["Moment"];
            /** @description Every fact that it states, while it waits. */
            facts?: Record<string, never>[];
            /** @description Its id. */
            id: components["schemas"]["ProposalId"];
            /** @description When it was proposed. */
            proposed_at: components["schemas"]["Moment"];
            /** @description The state. */
            state: components["schemas"]["ProposalState"];
            /** @description The effect of the command, as text made from its facts. */
            text: string;
        };
        /** @example prp_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        ProposalId: string;
        /**
         * @description The states of a proposal.
         * @enum {string}
         */
        ProposalState: "open" | "expired" | "countersigned" | "refused";
        /** @description A label that a scan proposes. */
        ProposedLabel: {
            /** @description Why. */
            evidence: components["schemas"]["SampleEvidence"][];
            /** @description What is sensitive about it. */
            kind: components["schemas"]["LabelKind"];
            /** @description How sensitive that makes it. */
            sensitivity: components["schemas"]["Sensitivity"];
            /** @description What it is about. */
            target: components["schemas"]["LabelTarget"];
        };
        /** @description What a provider's statement about an authentication is worth. It names an `acr`, methods of `amr`, or both. */
        ProviderAssurance: {
            /** @description The `acr` that the ID token must state. Absent: any. */
            acr?: string | null;
            /** @description The methods that the `amr` of the ID token must all state. */
            amr?: string[];
            /** @description The assurance level that it is worth. */
            assurance: components["schemas"]["Assurance"];
            /** @description Whether it resists phishing. */
            phishing_resistant?: boolean;
        };
        /**
         * @description The declaration of an OpenID provider. It holds no secret: the configuration of the server names the file of the client
         *     secret.
         */
        ProviderDeclaration: {
            /**
             * @description What the provider's statements about an authentication are worth. The first rule that matches counts; without one the
             *     assurance level is `aal1`, and the authentication does not resist phishing.
             */
            assurance?: components["schemas"]["ProviderAssurance"][];
            /** @description The client id that the provider gave this installation. */
            client_id: string;
            creates_people?: components["schemas"]["PersonKind"] | null;
            /** @description The mail domains for which the provider is authoritative: a verified address in one of them identifies a person. */
            domains?: string[];
            /**
             * Format: uri
             * @description The issuer identifier, exactly as the provider writes it.
             * @example https://login.example.com
             */
            issuer: string;
            /**
             * Format: int64
             * @description The maximum age of an authentication at the provider in seconds. Absent: any.
             */
            max_age_seconds?: number | null;
            /** @description The scopes to request beside `openid`. */
            scopes?: string[];
            /**
             * Format: int64
             * @description The maximum length in seconds of a session that the provider started. Absent: that of any session.
             */
            session_seconds?: number | null;
            /**
             * @description The title on the sign-in page.
             * @example Example Corp
             */
            title: string;
        };
        /** @example okta */
        ProviderName: string;
        /** @description A complete policy set to publish. */
        Publication: {
            /**
             * @description The reason for publishing the files although the plan is incomplete. The journal keeps it with `why`. Without
             *     it, a plan with the verdict unknown is refused.
             */
            accept_unknown?: string | null;
            /** @description True to check only, and show what would change. */
            dry_run?: boolean;
            expected_version?: components["schemas"]["Digest"] | null;
            /** @description The text of each file, by its path in the policy folder. A file that is not listed is removed from the set. */
            files: {
                [key: string]: string;
            };
            /** @description The plan that was reviewed before: a finished job, of these files and of the version in force. */
            plan?: string | null;
            /** @description The guardrails that are enforced now and would no longer be, by name. A set that removes others is refused. */
            removes?: components["schemas"]["PolicyId"][];
            settings?: components["schemas"]["Settings"] | null;
            /** @description The reason, in one sentence; the history keeps it. */
            why?: string | null;
        };
        /** @description The result of publishing, or of its dry run. */
        Published: {
            /** @description The changed files. Empty if nothing changes; then nothing was published. */
            changed: components["schemas"]["FileChange"][];
            /** @description Whether this is a dry run. */
            dry_run: boolean;
            /** @description What could not be restored, as text. */
            notes?: string[];
            /** @description The policies that were enforced before and are no longer. */
            removed?: components["schemas"]["RemovedPolicy"][];
            /** @description The effect on staged rollouts, as text. */
            rollouts?: string[];
            settings?: components["schemas"]["Digest"] | null;
            /** @description The version of the set. */
            version: components["schemas"]["Digest"];
            /** @description Warnings about the set. */
            warnings: components["schemas"]["PolicyProblem"][];
        };
        /** @description The answer to a query. */
        QueryAnswer: {
            /** @description The columns. */
            columns: components["schemas"]["QueryColumn"][];
            /** @description What could not be read. If there is an entry, the rows come from everything else. */
            incomplete?: string[];
            /**
             * @description The rows, with one value for each column. Moments are RFC 3339 in UTC; values that JSON cannot represent are
             *     text.
             */
            rows: unknown[][];
            /** @description Whether there were more rows than the answer may have. */
            truncated: boolean;
        };
        /** @description A column of an answer. */
        QueryColumn: {
            /** @description Its name in the query. */
            name: string;
            /**
             * @description Its type: `text`, `boolean`, `int64`, `uint64`, `float64`, `timestamp`, `list<text>`, `map<text, text>` and
             *     other types that a query may compute.
             */
            type: string;
        };
        /** @description A table for queries. */
        QueryTable: {
            /** @description The meaning of a row. */
            about: string;
            /** @description Its columns, in order. */
            columns: components["schemas"]["QueryTableColumn"][];
            /** @description Its name. */
            name: string;
        };
        /** @description A column of a table. */
        QueryTableColumn: {
            /** @description Its meaning. */
            about: string;
            /** @description Its name. */
            name: string;
            /** @description Whether the value can be null. */
            nullable: boolean;
            /** @description Its type, as answers name it. */
            type: string;
        };
        /** @description The extent of a change. It leaves out accesses to applications in the stage `observe`. */
        Radius: {
            /**
             * Format: int64
             * @description Number of accesses in the period.
             */
            accesses: number;
            /**
             * Format: int64
             * @description Number of anonymous accesses.
             */
            anonymous: number;
            /**
             * Format: int64
             * @description Number of people who made them.
             */
            people: number;
            /**
             * Format: int64
             * @description Number of service accounts that made them.
             */
            services: number;
        };
        /** @description Whether a principal can do one thing, and the reasons. */
        Reach: {
            /** @description The class. */
            class: components["schemas"]["ReachClass"];
            device?: components["schemas"]["DeviceId"] | null;
            /** @description The exceptions that apply to the principal. */
            exceptions?: components["schemas"]["ExceptionId"][];
            grant?: components["schemas"]["GrantId"] | null;
            /** @description The smallest addition that the principal would need. */
            needs?: components["schemas"]["ReachNeed"][];
            /** @description The permits that allow it, now or with the addition. */
            permitted_by: components["schemas"]["PolicyId"][];
            /**
             * @description The reasons for denial: now, or, for a principal that cannot, those that remain with everything that they could
             *     get. Each is a policy, or one of the product's own reasons, such as `no-permit`.
             */
            stopped_by: components["schemas"]["PolicyId"][];
        };
        /**
         * @description The classes of reach.
         * @enum {string}
         */
        ReachClass: "now" | "with" | "never";
        /** @description Number of principals in each class. */
        ReachCounts: {
            /**
             * Format: int64
             * @description Those who cannot.
             */
            never: number;
            /**
             * Format: int64
             * @description Those who can with what they have.
             */
            now: number;
            /**
             * Format: int64
             * @description Those who could with something that they can get.
             */
            with: number;
        };
        /** @description Something that a principal would need. */
        ReachNeed: {
            /** @description Its name: `enrol-a-passkey`, `report-posture`, `fix-posture`, `use-a-managed-device` or `request-a-grant`. */
            need: string;
            /** @description The same as text. */
            text: string;
        };
        /** @description A resource, and what a person could do with it. */
        Reachable: {
            /** @description Every action. */
            actions: components["schemas"]["ReachableAction"][];
            /** @description The application. */
            application: components["schemas"]["ApplicationName"];
            /** @description Whether the resource or its application has that label. */
            labelled: boolean;
            /** @description Whether the application is in the stage `observe`. */
            observed: boolean;
            /** @description The resource. */
            resource: components["schemas"]["ResourceName"];
            /** @description The requests that belong to it, such as `GET,HEAD /admin/**`. Empty for `other`, which contains the rest. */
            routes: string[];
            /** @description The label in force. */
            sensitivity: components["schemas"]["Sensitivity"];
            /** @description The address of the application's first page; absent if it has none. */
            url?: string | null;
        };
        /** @description An action, and whether a person can perform it. */
        ReachableAction: components["schemas"]["Reach"] & {
            /** @description The action. */
            action: components["schemas"]["Action"];
            /** @description Attributes of the request that the policies also read, as in `WhoCan`. */
            depends_on: string[];
        };
        /** @description A principal that could, or could not, and the reasons. */
        Reacher: components["schemas"]["Reach"] & {
            /** @description A person's address. */
            email?: string | null;
            /** @description The name. */
            name: string;
            /** @description The principal. */
            principal: components["schemas"]["Principal"];
            /**
             * @description The groups through which the permits apply: each is a path from a group of the principal to the group that a
             *     permit names. Empty if the permits do not depend on a group, or if there are none.
             */
            through: components["schemas"]["GroupName"][][];
        };
        /** @description The reason for a command. */
        Reason: {
            /** @description The reason; the journal keeps it. */
            reason: string;
        };
        /** @description A fact of the journal. */
        RecordedFact: {
            /**
             * @description What it names, each once: ids, and names with their kind, such as `group:staff`. The parameter `about` selects by
             *     these.
             */
            about: string[];
            /** @description When it was stated. */
            at: components["schemas"]["Moment"];
            /** @description What it says. Its fields depend on the kind. It holds no secret: of secrets the journal has digests only. */
            body: Record<string, never>;
            /** @description Who stated it: an id, `operator`, or `system:` and a part of the software. */
            by: string;
            /**
             * @description Its kind: the subject, and what happened to it.
             * @example person.added
             */
            kind: string;
            /**
             * @description Names of what `by` and `about` give by id: of people, service accounts and devices the present ones, and of
             *     sessions, passkeys, tokens, grants, exceptions, invitations, proposals and rollouts what they belong to, also
             *     after they have ended. A person, a
             *     service account or a device that was removed has none. At most 200 names of what has ended are looked up for one
             *     page.
             */
            names?: {
                [key: string]: string;
            };
            /**
             * Format: int64
             * @description Its place in the journal: 1 for the first fact.
             */
            sequence: number;
            /**
             * Format: int32
             * @description The version of the kind's form.
             */
            version: number;
        };
        /** @description A decision about identities that holds. */
        RecordedIdentityDecision: {
            /** @description When it was taken. */
            at: components["schemas"]["Moment"];
            /** @description Who took it: an id, or `operator`. */
            by: string;
            /** @description The name of that person or service account now. Absent if there is none. */
            by_name?: string | null;
            /** @description What it is known by, so that it can be undone. */
            id: components["schemas"]["LinkDecisionId"];
            /** @description The account that is linked, or one of two nodes. */
            one: components["schemas"]["NodeReference"];
            /** @description A node of the identity that the account belongs to, or the other node. */
            other: components["schemas"]["NodeReference"];
            /** @description The reason. */
            reason: string;
            /** @description What was decided. */
            ruling: components["schemas"]["IdentityRuling"];
        };
        /** @description A policy that denied a request, in its owner's words. */
        RefusalReason: {
            /** @description The policy. */
            policy: components["schemas"]["PolicyId"];
            /** @description Its explanation for the people whom it stops. */
            text: string;
        };
        /** @description A way to obtain access. */
        RefusalRemedy: {
            /**
             * @description Its name: `sign-in`, `re-authenticate`, `report-posture`, `fix-posture`, `use-a-managed-device`,
             *     `request-a-grant` or `ask-the-owner`.
             */
            remedy: string;
            /** @description The remedy as a sentence. */
            text: string;
        };
        /** @description The changes that a proof makes to the register. */
        RegisterChange: {
            /**
             * Format: int64
             * @description Entries that no access rests on any more.
             */
            eliminated: number;
            /**
             * Format: int64
             * @description Entries that are new.
             */
            found: number;
            /**
             * Format: int64
             * @description Entries that came back: drift.
             */
            returned: number;
            /** @description Whether they were written. */
            written: boolean;
        };
        /** @description The figures of the implicit-trust register. */
        RegisterFigures: {
            /**
             * Format: int64
             * @description Number of these without an owner.
             */
            discovered: number;
            /**
             * Format: int64
             * @description Number of these that are documented and authorised.
             */
            documented: number;
            /**
             * Format: int64
             * @description Number of these that came back after they had been eliminated.
             */
            drifted: number;
            /**
             * Format: int64
             * @description Number of entries on which no access rests any more.
             */
            eliminated: number;
            /**
             * Format: int64
             * @description Number of these whose authorisation has ended.
             */
            lapsed: number;
            /**
             * Format: int64
             * @description Number of entries on which accesses rest.
             */
            live: number;
            /**
             * Format: int64
             * @description Number of these with an owner and without authorisation.
             */
            owned: number;
        };
        /** @description The head of the journal, as remembered outside it. */
        RememberedHead: {
            /** @description When that was the head. */
            at: components["schemas"]["Moment"];
            /** @description The head. */
            head: components["schemas"]["JournalHead"];
        };
        /** @description A policy that was enforced and is no longer: it was removed, or moved to the shadow stage. */
        RemovedPolicy: {
            /** @description Its id. */
            id: components["schemas"]["PolicyId"];
            /** @description Its kind. A guardrail must be named to be removed. */
            kind: components["schemas"]["PolicyKind"];
        };
        /** @description A decision that did not give the recorded result. */
        ReplayDifference: {
            again?: components["schemas"]["Fell"] | null;
            /** @description When it was made. */
            at: components["schemas"]["Moment"];
            /** @description The decision. */
            id: components["schemas"]["DecisionId"];
            /** @description The recorded result. */
            recorded: components["schemas"]["Fell"];
            /** @description Why it could not be evaluated again. */
            why_not?: string | null;
        };
        /** @description The result of a replay. */
        ReplayReport: {
            /** @description How much of the evidence this report could use. */
            basis?: components["schemas"]["Basis"];
            /** @description The first of those. */
            differences: components["schemas"]["ReplayDifference"][];
            /**
             * Format: int64
             * @description Number of decisions with another result, or that could not be evaluated again.
             */
            different: number;
            /**
             * Format: double
             * @description The share of decisions with the recorded result, from 0 to 1. Evidence that could not be read counts as
             *     different. Absent if there were no decisions, or if nobody can tell how many could not be read.
             */
            fidelity?: number | null;
            /** @description The evidence that could not be read. If there is an entry, the figures cover the rest. */
            incomplete: string[];
            /**
             * Format: int64
             * @description Number of decisions with the recorded result.
             */
            same: number;
            /** @description Number of decisions that were made without evaluating policies, by reason. A replay does not evaluate them. */
            unasked: {
                [key: string]: number;
            };
        };
        /** @description What a request to an application means. */
        RequestMeaning: {
            /** @description The action that it means. */
            action: components["schemas"]["Action"];
            /** @description False if neither the resource nor the application has a label, so that the resource counts as restricted. */
            labelled: boolean;
            /** @description The path in the one form that the gate decides on and forwards. */
            path: string;
            /** @description The resource that it means: a named part, or `other`. */
            resource: components["schemas"]["ResourceName"];
            /** @description The label that counts for the resource. */
            sensitivity: components["schemas"]["Sensitivity"];
        };
        /** @description A request whose meaning is asked for. It is sent to no application. */
        RequestToName: {
            /**
             * @description The method, in capital letters.
             * @example GET
             */
            method: string;
            parts?: components["schemas"]["PartsToTry"] | null;
            /**
             * @description The path, without a query.
             * @example /admin/users
             */
            path: string;
            /** @description Whether it asks for another protocol on its connection, as a WebSocket does. */
            upgrade?: boolean;
        };
        /** @description A named part of an application. */
        Resource: {
            /** @description Its name within the application (`pages`, `runs/approve`). */
            part: string;
            /** @description The requests that belong to the part. */
            routes?: components["schemas"]["Route"][];
            sensitivity?: components["schemas"]["Sensitivity"] | null;
        };
        /** @example wiki/pages */
        ResourceName: string;
        /** @description A search for the resources that a subject may do something to. */
        ResourceSearch: {
            /** @description The action. */
            action: components["schemas"]["EvaluationAction"];
            context?: components["schemas"]["EvaluationContext"] | null;
            page?: components["schemas"]["SearchPage"] | null;
            /** @description The kind of resource: a part that the application declares. */
            resource: components["schemas"]["SoughtEntity"];
            /** @description The subject. */
            subject: components["schemas"]["EvaluationSubject"];
        };
        /** @example rev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        ReviewId: string;
        /** @description A person whom an access review names. */
        ReviewPerson: {
            /** @description Their id. */
            id: components["schemas"]["PersonId"];
            /** @description Their name now. Absent if there is no such person any more. */
            name?: string | null;
        };
        /**
         * @description A format of a report.
         * @enum {string}
         */
        ReviewReportFormat: "json" | "csv";
        /** @description Something that a reviewed access leads to. */
        ReviewedReach: {
            level?: components["schemas"]["RightLevel"] | null;
            /** @description The name of the resource, or of what can be controlled. */
            name: string;
            /** @description What may be done with it, in the source's words. */
            rights: string[];
        };
        /** @description Evidence that an access was used. */
        ReviewedUse: {
            /** @description When it was used last. */
            at: components["schemas"]["Moment"];
            /** @description What was used. */
            what: string;
        };
        /** @description How a reviewer is doing. */
        ReviewerProgress: {
            /**
             * Format: int32
             * @description Number of decisions that they sent.
             */
            acts: number;
            /**
             * Format: int32
             * @description Number of items whose last decision is theirs.
             */
            decided: number;
            /**
             * Format: int32
             * @description Number of items that they review now.
             */
            items: number;
            /**
             * Format: int32
             * @description Number of those whose access stays.
             */
            kept: number;
            /**
             * Format: int64
             * @description The median of the seconds between one and the next. Absent below two.
             */
            median_seconds?: number | null;
            /** @description The reviewer. */
            reviewer: components["schemas"]["ReviewPerson"];
            /**
             * Format: int32
             * @description Number of those that were decided together with others.
             */
            together: number;
            /**
             * Format: int32
             * @description Number of those that nobody decided.
             */
            undecided: number;
        };
        /**
         * @description The role in which a person reviews an item.
         * @enum {string}
         */
        ReviewerRole: "owner" | "manager" | "named" | "fallback" | "escalation" | "chosen" | "nobody";
        /**
         * @description Who reviews an access.
         * @enum {string}
         */
        ReviewersKind: "owner" | "manager" | "person";
        /** @description To how many nodes there are rights, each counted by the highest level. */
        RightCounts: {
            /**
             * Format: int64
             * @description Rights to administer.
             */
            administer: number;
            /**
             * Format: int64
             * @description Rights to read.
             */
            read: number;
            /**
             * Format: int64
             * @description Rights whose level the source does not say.
             */
            unstated: number;
            /**
             * Format: int64
             * @description Rights to write.
             */
            write: number;
        };
        /**
         * @description How much power a right gives over a resource.
         * @enum {string}
         */
        RightLevel: "read" | "write" | "administer";
        /** @description The risk of a principal: how likely it is that the account is misused. */
        Risk: {
            /** @description The level. */
            level: components["schemas"]["RiskLevel"];
            /** @description The reasons. */
            reasons?: string[];
        };
        /** @enum {string} */
        RiskLevel: "low" | "medium" | "high";
        /** @description An attribute with its value. */
        RoleCondition: {
            /** @description The attribute. */
            attribute: string;
            /** @description Its value. */
            value: string;
        };
        /** @description A decision about a proposed role. */
        RoleDecision: {
            /** @description When. */
            at: components["schemas"]["Moment"];
            /** @description Who decided, as text. */
            by: string;
            /** @description The name of this person or service account now. Absent if there is none. */
            by_name?: string | null;
            /** @description Why. */
            reason: string;
        };
        /** @description Proposed roles as a table. */
        RoleExport: {
            /** @description A name for the file. */
            file_name: string;
            /**
             * Format: int64
             * @description Number of proposed roles in it.
             */
            roles: number;
            /** @description CSV: a line for each entitlement, each member, and each entitlement that somebody lacks. */
            text: string;
        };
        /** @description An identity, a group or a role, as a source knows it. */
        RoleNode: {
            /** @description Its key in the source. */
            key: string;
            /** @description Its name. */
            name: string;
            /** @description The source. */
            source: components["schemas"]["SourceName"];
        };
        /** @description A proposed role. */
        RoleProposal: {
            /**
             * Format: int64
             * @description Number of grants that it adds.
             */
            added: number;
            /**
             * Format: int64
             * @description Number of single grants that its members keep beside it.
             */
            beyond: number;
            /**
             * Format: double
             * @description The share of all grants that it replaces, from 0 to 1.
             */
            coverage: number;
            decision?: components["schemas"]["RoleDecision"] | null;
            /** @description What it grants. */
            entitlements: components["schemas"]["RoleNode"][];
            /**
             * Format: int64
             * @description Of a birthright: how many of them hold all of it.
             */
            holding?: number | null;
            /** @description Its id: the same whenever a search finds the same entitlements in the same way. */
            id: components["schemas"]["RoleProposalId"];
            /** @description How it was found. */
            kind: components["schemas"]["RoleProposalKind"];
            /**
             * Format: int64
             * @description Number of members: each holds all of it today, unless new grants were allowed.
             */
            members: number;
            /**
             * Format: int64
             * @description Number of those who hold nearly all of it, or are meant by its rule, and are no members.
             */
            near: number;
            /**
             * Format: int64
             * @description Of a birthright: how many people the rule means.
             */
            people?: number | null;
            /** @description The moment at which the inventory was read. */
            read_at: components["schemas"]["Moment"];
            /**
             * Format: int64
             * @description Number of grants that it replaces.
             */
            replaced: number;
            /** @description Of a birthright: the attributes that its people have. Without any, all people are meant. */
            rule?: components["schemas"]["RoleCondition"][];
            /** @description What became of it. */
            state: components["schemas"]["RoleProposalState"];
        };
        /** @description A proposed role with everybody whom it concerns. */
        RoleProposalDetail: {
            /** @description Its members. */
            members: components["schemas"]["RoleNode"][];
            /** @description Who is nearly a member, with what is missing. */
            near: components["schemas"]["NearRoleMember"][];
            /** @description The proposal. */
            proposal: components["schemas"]["RoleProposal"];
        };
        /** @example rpr_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        RoleProposalId: string;
        /**
         * @description How a role was found.
         * @enum {string}
         */
        RoleProposalKind: "birthright" | "exact" | "near" | "same_holders" | "within" | "overlapping";
        /**
         * @description What became of a proposed role.
         * @enum {string}
         */
        RoleProposalState: "proposed" | "accepted" | "dismissed";
        /** @description The numbers of a search for roles. */
        RoleSearchReport: {
            /**
             * Format: int64
             * @description Number of grants that they add.
             */
            added: number;
            /**
             * Format: double
             * @description The same with all proposed roles.
             */
            complexity_after: number;
            /**
             * Format: double
             * @description The weighted structural complexity of today, with every grant on its own.
             */
            complexity_before: number;
            /**
             * Format: int64
             * @description Number of proposals to join groups or roles.
             */
            consolidations: number;
            /** @description Whether the search ended early, because the work that it is allowed was used up. */
            ended_early: boolean;
            /**
             * Format: int64
             * @description Number of groups and roles that they hold.
             */
            entitlements: number;
            /**
             * Format: int64
             * @description Number of their grants.
             */
            grants: number;
            /**
             * Format: int64
             * @description Number of identities.
             */
            identities: number;
            /** @description The moment at which the inventory was read. */
            read_at: components["schemas"]["Moment"];
            /**
             * Format: int64
             * @description Number of grants that the proposed roles replace.
             */
            replaced: number;
            /**
             * Format: int64
             * @description Number of proposed roles.
             */
            roles: number;
            /**
             * Format: int64
             * @description Number of grants that remain single ones.
             */
            single: number;
            /** @description The sources whose groups and roles were looked at. */
            sources: components["schemas"]["SourceName"][];
        };
        /** @description The weights of weighted structural complexity, from 0 to a million. */
        RoleWeights: {
            /**
             * Format: double
             * @description Of an assignment of an identity to a role.
             */
            assignment: number;
            /**
             * Format: double
             * @description Of a single grant.
             */
            direct: number;
            /**
             * Format: double
             * @description Of an entitlement of a role.
             */
            entitlement: number;
            /**
             * Format: double
             * @description Of a role.
             */
            role: number;
        };
        /**
         * @description A rollback to a version that was in force before: the policies of that version, and the settings that were changed
         *     together with policies since then.
         */
        Rollback: {
            /** @description True to check only, and show what would change. */
            dry_run?: boolean;
            /** @description See [`Publication::removes`]. */
            removes?: components["schemas"]["PolicyId"][];
            /** @description The version, or enough of its first digits to be unique. */
            version: string;
            /** @description The reason, in one sentence; the history keeps it. */
            why: string;
        };
        /** @description A staged rollout. */
        Rollout: {
            /** @description Whether this is a dry run. */
            dry_run?: boolean;
            due_at?: components["schemas"]["Moment"] | null;
            example?: components["schemas"]["DecisionId"] | null;
            /** @description The condition that halts it. */
            halt_if: string;
            /** @description Why it was halted. */
            halted_because?: string | null;
            /** @description Its id. */
            id: components["schemas"]["RolloutId"];
            /** @description The steps so far, the oldest first. */
            moves: components["schemas"]["RolloutMove"][];
            /** @description Accesses that were allowed, and would have been denied without the rollout. */
            newly_allowed: components["schemas"]["RolloutTurned"];
            /** @description Accesses that were denied, and would have been allowed without the rollout. */
            newly_denied: components["schemas"]["RolloutTurned"];
            /** @description The next action for the administrator, as text. */
            next: string;
            /**
             * Format: int32
             * @description The percentage that it has reached. 0 if it enforces the policy for nobody.
             */
            percent: number;
            /** @description The percentages of its steps. */
            percents: number[];
            /** @description The policy. */
            policy: components["schemas"]["PolicyId"];
            rehearsal?: components["schemas"]["Digest"] | null;
            /** @description The state. */
            state: components["schemas"]["RolloutState"];
            /** @description Whom each step reaches. A list of rollouts leaves it out. */
            steps: components["schemas"]["RolloutStep"][];
            /**
             * Format: int64
             * @description For how many seconds each step is watched.
             */
            watch_seconds: number;
            /** @description Why it was started. */
            why?: string | null;
        };
        /** @example rol_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        RolloutId: string;
        /** @description A step of a rollout. */
        RolloutMove: {
            /** @description When it began. */
            at: components["schemas"]["Moment"];
            /** @description Who took it. */
            by: string;
            /** @description The name of this person or service account now. Absent if there is none. */
            by_name?: string | null;
            /**
             * Format: int32
             * @description The percentage from then on. 0 if it was halted or ended.
             */
            percent: number;
        };
        /**
         * @description The states of a rollout.
         * @enum {string}
         */
        RolloutState: "running" | "finished" | "halted" | "ended";
        /** @description The people whom a step of a rollout reaches. */
        RolloutStep: {
            /**
             * Format: int64
             * @description Number of these whom it would have newly allowed.
             */
            newly_allowed?: number | null;
            /**
             * Format: int64
             * @description Number of these whom it would have newly denied.
             */
            newly_denied?: number | null;
            /**
             * Format: int64
             * @description Number of people in the inventory who are in the sample.
             */
            people: number;
            /**
             * Format: int32
             * @description The percentage.
             */
            percent: number;
            /**
             * Format: int64
             * @description Number of these who used an application that the policy can apply to, in the period of the shadow report that
             *     was reviewed before.
             */
            seen?: number | null;
        };
        /** @description The accesses whose result a rollout changed in one direction. */
        RolloutTurned: {
            /**
             * Format: int64
             * @description Number of accesses, by any principal.
             */
            accesses: number;
            example?: components["schemas"]["DecisionId"] | null;
            /**
             * Format: int64
             * @description Number of people.
             */
            people: number;
        };
        /** @description A pattern of requests. */
        Route: {
            action?: components["schemas"]["Action"] | null;
            /** @description The methods, in capital letters. Empty means every method. */
            methods?: string[];
            /**
             * @description The path: segments, `*` for any one segment, and `**` at the end for any rest, also an empty one.
             * @example /admin/**
             */
            path: string;
        };
        /** @description A rule that applied, with the values side by side. */
        RuleEvidence: {
            /** @description What was compared. */
            compared: components["schemas"]["ComparedPair"][];
            /**
             * Format: int64
             * @description Its points, in thousandths; below zero if it speaks against.
             */
            points: number;
            /** @description The name of the rule. */
            rule: string;
        };
        /** @description How many values of a sample a recogniser matched. Never a value. */
        SampleEvidence: {
            /**
             * Format: int64
             * @description Number of different values that it matched; 0 if the name of a column alone says it.
             */
            matched: number;
            /** @description The file and column within the target. Absent if the target itself is the place. */
            place?: string | null;
            /** @description The name of the recogniser, as in docs/labels.md. */
            recogniser: string;
            /**
             * Format: int64
             * @description Number of values that were sampled.
             */
            sampled: number;
        };
        /** @description A membership, an entitlement or the like, by the keys at its ends. */
        SampledEdge: {
            /** @description The key of what has it. */
            from: string;
            /** @description What it is. */
            relation: components["schemas"]["EdgeRelation"];
            /** @description The key at the other end. */
            to: string;
        };
        /** @description An account, a group or the like, by its key and name. */
        SampledNode: {
            /** @description Its key in the source. */
            key: string;
            /** @description What it is. */
            kind: components["schemas"]["InventoryKind"];
            /** @description Its name. */
            name: string;
        };
        /** @description A schedule, and its last result. */
        Schedule: {
            /** @description When it is due next. */
            due_at: components["schemas"]["Moment"];
            /**
             * Format: int64
             * @description The interval in seconds.
             */
            every_seconds: number;
            /**
             * Format: int64
             * @description Number of consecutive failures.
             */
            failures: number;
            /** @description The process that works on it now. */
            holder?: string | null;
            last_ended_at?: components["schemas"]["Moment"] | null;
            /** @description Why the last run failed, if it did. */
            last_error?: string | null;
            last_started_at?: components["schemas"]["Moment"] | null;
            lease_until?: components["schemas"]["Moment"] | null;
            /**
             * @description Its name. If each process does the work for itself, `@` and the name of the process follow.
             * @example jobs.history
             */
            name: string;
            /**
             * Format: int64
             * @description For how many seconds it has been overdue. Absent if it is not.
             */
            overdue_seconds?: number | null;
            /** @description What to do about that. */
            remedy?: string | null;
            /**
             * @description What is wrong with it: its last run failed, nobody has done it for more than its interval, or a run goes on for
             *     longer than that. None: nothing is.
             */
            trouble?: string | null;
        };
        /** @description The report with which an access review was sealed. */
        SealedReviewReport: {
            /** @description A name for the file. */
            file_name: string;
            /** @description The format. */
            format: components["schemas"]["ReviewReportFormat"];
            /** @description SHA-256 over the JSON as it is kept now. */
            found: string;
            /** @description Whether the items that are kept are still those that were asked. */
            is_as_asked: boolean;
            /** @description Whether it is still the report that was sealed. */
            is_sealed: boolean;
            /** @description SHA-256 over the JSON, as the journal states it. */
            sealed: string;
            /** @description The content of the file. */
            text: string;
        };
        /** @description Which page of the results of a search. */
        SearchPage: {
            /**
             * Format: int64
             * @description Most results of the page. Default: 100; above 1,000 counts as 1,000.
             */
            limit?: number | null;
            /** @description The `next_token` of the page before. The other members of the request are repeated as they were. */
            token?: string | null;
        };
        /** @enum {string} */
        Sensitivity: "public" | "internal" | "confidential" | "restricted";
        /** @description How many accesses to resources of one sensitivity depend on each item. */
        SensitivityShare: {
            /**
             * Format: int64
             * @description Number of allowed accesses.
             */
            accesses: number;
            /** @description By item, the number that would be denied without it. */
            depends: {
                [key: string]: number;
            };
            /** @description The sensitivity. */
            sensitivity: components["schemas"]["Sensitivity"];
        };
        /** @description A service account. */
        Service: {
            /** @description Every group that contains it, through any depth. */
            groups: components["schemas"]["GroupName"][];
            /** @description Its id. */
            id: components["schemas"]["ServiceId"];
            /** @description The name for people. */
            name: string;
            /** @description Who is responsible for it. */
            owner: components["schemas"]["PersonId"];
            /** @description The owner's name now. Absent if the person was removed. */
            owner_name?: string | null;
            /** @description Its purpose. */
            purpose: string;
            /** @description Its risk. */
            risk: components["schemas"]["Risk"];
            /** @description Its tokens, including expired ones. */
            tokens: components["schemas"]["Token"][];
        };
        /** @example svc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        ServiceId: string;
        /** @description A session that has not ended. */
        Session: {
            /**
             * @description The address from which it began.
             * @example 192.0.2.7
             */
            address?: string | null;
            /** @description The applications at which it was opened. */
            applications: components["schemas"]["ApplicationName"][];
            /** @description The assurance level of that proof. */
            assurance: components["schemas"]["Assurance"];
            /** @description The passkey that the person last used. */
            credential: components["schemas"]["CredentialId"];
            /** @description The person's address. */
            email: string;
            /** @description When it expires. */
            expires_at: components["schemas"]["Moment"];
            /** @description Its id. */
            id: components["schemas"]["SessionId"];
            last_use?: components["schemas"]["LastUse"] | null;
            /** @description The person. */
            person: components["schemas"]["PersonId"];
            /** @description When the person last proved their identity. */
            proved_at: components["schemas"]["Moment"];
            /** @description When it began. */
            started_at: components["schemas"]["Moment"];
        };
        /** @example ses_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        SessionId: string;
        /** @description Applications, labels and exceptions, beside the policies. A field that is left out keeps its present state. */
        Settings: {
            /** @description The declarations of these applications. Applications that are not listed keep theirs. */
            applications?: {
                [key: string]: components["schemas"]["Declaration"];
            };
            /** @description Every exception in force. An exception that is not listed is ended. */
            exceptions?: components["schemas"]["ExceptionSetting"][] | null;
            /** @description Every label of a part beside its declaration. A label that is not listed is removed. */
            labels?: {
                [key: string]: components["schemas"]["Sensitivity"];
            } | null;
        };
        /** @description The present settings. */
        SettingsInForce: {
            /** @description All of them, except for the control plane's own application, which the configuration declares. */
            settings: components["schemas"]["Settings"];
            /** @description SHA-256 over them. */
            version: components["schemas"]["Digest"];
        };
        /** @description The extent of a policy in the shadow stage at one application. */
        ShadowApplication: {
            /** @description The application. */
            application: components["schemas"]["ApplicationName"];
            /** @description The denied accesses that it would have allowed. */
            newly_allowed: components["schemas"]["Radius"];
            /** @description The allowed accesses that it would have denied. */
            newly_denied: components["schemas"]["Radius"];
        };
        /** @description What one policy in the shadow stage would have changed. */
        ShadowPolicy: {
            /** @description The same by application. */
            applications: components["schemas"]["ShadowApplication"][];
            /**
             * Format: int64
             * @description Number of decisions for applications that the policy can apply to, made while it was in the shadow stage with
             *     its present text.
             */
            asked: number;
            /** @description How much of the evidence this report could use. */
            basis?: components["schemas"]["Basis"];
            /** @description Every change: new denials first, and then those with the most accesses. */
            changes: components["schemas"]["PlannedChange"][];
            first?: components["schemas"]["Moment"] | null;
            last?: components["schemas"]["Moment"] | null;
            /** @description The denied accesses that it would have allowed. */
            newly_allowed: components["schemas"]["Radius"];
            /** @description The allowed accesses that it would have denied. */
            newly_denied: components["schemas"]["Radius"];
            /** @description Who is responsible for it. */
            owner: string;
            /**
             * Format: int64
             * @description Number of people in them.
             */
            people: number;
            /** @description Its place: file and line. */
            place: string;
            /** @description Its name. */
            policy: components["schemas"]["PolicyId"];
            /** @description Its explanation for the people whom it stops or lets in. */
            reason: string;
            /**
             * Format: int32
             * @description The percentage of its rollout. Absent if there is none. The report leaves out the people whom the rollout has
             *     reached, because the policy is enforced for them already.
             */
            rolled_out?: number | null;
            /** @description What the evidence of the period cannot show. None of it counts as fine. */
            unknown: string[];
        };
        /** @description What the policies in the shadow stage would have changed. */
        ShadowReport: {
            /** @description The evidence that could not be read. If there is an entry, the figures cover the rest. */
            incomplete: string[];
            /** @description The policies, in the order of the set. */
            policies: components["schemas"]["ShadowPolicy"][];
            /** @description The version of the running policy set. */
            running: components["schemas"]["Digest"];
        };
        /** @description A single change of one item that turns an answer. */
        SingleChange: {
            /** @description The policies that determine the outcome. */
            determined_by: components["schemas"]["PolicyCited"][];
            /** @description The outcome: `allow` or `deny`. */
            effect: string;
            /** @description False for a denial that would not be enforced. */
            enforced: boolean;
            /** @description The item. */
            item: string;
            /** @description The values that have this effect, each alone. */
            values: string[];
        };
        /**
         * @description The single changes that turn an answer. Each was tried alone, on top of the changes of the request: every choice of
         *     every item, each hour, and of an age no time at all and a year. Addresses are not tried; networks are.
         */
        SingleChanges: {
            /** @description Whether there are more changes than are tried for one request. */
            more: boolean;
            /**
             * Format: int64
             * @description Number of changes that were tried.
             */
            tried: number;
            /** @description Those that give another outcome than the answer with the changes, in the order of the items. */
            turning: components["schemas"]["SingleChange"][];
        };
        /** @enum {string} */
        SortDirection: "asc" | "desc";
        /** @description What a search is for: the kind, without an id. An id is ignored. */
        SoughtEntity: {
            /** @description Properties that the client states about each of them. */
            properties?: {
                [key: string]: components["schemas"]["PropertyValue"];
            } | null;
            /** @description The kind, as an evaluation names it. */
            type: string;
        };
        /** @example ldif */
        SourceFormat: string;
        /** @description What became of the people who left, by the last import that was looked at. */
        SourceLeavers: {
            held?: components["schemas"]["HeldBack"] | null;
            /**
             * Format: int64
             * @description The import.
             */
            import: number;
            /** @description When it was looked at last. */
            looked_at: components["schemas"]["Moment"];
            /**
             * Format: int64
             * @description Number of people here whom the source has, or had.
             */
            people: number;
            /**
             * Format: int64
             * @description Number of people who left or came back, and are left to people because they administer or approve here.
             */
            protected: number;
            /**
             * Format: int64
             * @description Number of people who are suspended because the source says that they left.
             */
            suspended: number;
        };
        /** @example people */
        SourceName: string;
        /** @description A new stage. */
        StageChange: {
            /** @description The new stage. */
            stage: components["schemas"]["ApplicationStage"];
        };
        /**
         * @description Whether a person is active or suspended.
         * @enum {string}
         */
        Standing: "active" | "suspended";
        /** @description The initial policy file of a newly protected application. */
        StarterPermit: {
            /** @description Its path in the policy folder. */
            path: string;
            /** @description Its text. */
            text: string;
        };
        /** @description The state of the installation. */
        Status: {
            /**
             * Format: int64
             * @description Seconds since the world was last known to be the newest. Normally a few, because the process asks the journal
             *     every two seconds.
             */
            behind_seconds: number;
            /**
             * Format: int64
             * @description How many seconds the clock of this machine is behind the newest known moment. More than 60 counts as an
             *     unreachable journal.
             */
            clock_behind_seconds?: number;
            /** @description The state of each component of this process. */
            components?: components["schemas"]["ComponentStatus"][];
            /** @description The number of objects of each kind. */
            counts: components["schemas"]["Counts"];
            /** @description The evidence. */
            evidence: components["schemas"]["EvidenceStatus"];
            /** @description Whether two of the people who administer or approve, and can sign in, are independent of each other. */
            independent_approvers?: boolean | null;
            /** @description The journal. */
            journal: components["schemas"]["JournalStatus"];
            /** @description The connections of each listener of this process. */
            listeners?: components["schemas"]["ListenerStatus"][];
            observations?: components["schemas"]["ObservationStatus"] | null;
            /** @description The origin of the sign-in host, as browsers see it. Applications have its scheme and port. */
            origin: string;
            /** @description The policies. */
            policies: components["schemas"]["PolicyStatus"];
            /** @description The version of the software. */
            version: string;
            /**
             * Format: int64
             * @description The sequence of the newest fact that this process knows.
             */
            world: number;
        };
        /** @description The result for the copies in the store. Copies that are not in order are among the findings. */
        StoreReport: {
            /**
             * Format: int64
             * @description Their size in bytes.
             */
            bytes: number;
            /**
             * Format: int64
             * @description Number of copies that match their anchors.
             */
            files: number;
            /**
             * Format: int64
             * @description Number of copies that are not needed any more and will be removed soon.
             */
            leaving: number;
            /**
             * Format: int64
             * @description Number of files that wait to be copied.
             */
            waiting: number;
        };
        /** @description The state of copying the evidence to its store. */
        StoreStatus: {
            /**
             * Format: int64
             * @description Number of files that this process has copied since it started.
             */
            copied: number;
            copied_until?: components["schemas"]["Moment"] | null;
            /** @description The files that cannot be copied, with the reasons. */
            left?: string[];
            /**
             * @description The address of the store.
             * @example s3://our-evidence/countersign/gate-1
             */
            place: string;
            /** @description Why nothing is copied at present, if so. The process keeps everything locally meanwhile. */
            problem?: string | null;
            /** @description The remedy. */
            remedy?: string | null;
            /**
             * Format: int64
             * @description Number of files that wait to be copied. Absent while the content of the store is unknown.
             */
            waiting?: number | null;
            /**
             * Format: int64
             * @description Their size in bytes.
             */
            waiting_bytes: number;
        };
        /** @description A search for the subjects that may do something. */
        SubjectSearch: {
            /** @description The action. */
            action: components["schemas"]["EvaluationAction"];
            context?: components["schemas"]["EvaluationContext"] | null;
            page?: components["schemas"]["SearchPage"] | null;
            /** @description The resource. */
            resource: components["schemas"]["EvaluationResource"];
            /** @description The kind of subject. */
            subject: components["schemas"]["SoughtEntity"];
        };
        /** @description Tier zero, and who can come to control some of it. */
        TierZeroAnswer: {
            /**
             * Format: int64
             * @description Number of accounts that are tier zero or can come to control some of it.
             */
            accounts: number;
            /** @description When the graph was read that answers, and as of which imports. */
            as_of: components["schemas"]["AccessAsOf"];
            /** @description Who can come to control some of tier zero, each with a shortest path: the nearest first. The items of this page. */
            items: components["schemas"]["AccessEnd"][];
            /** @description The `cursor` of the next page; absent at the end of the list. */
            next?: string | null;
            /**
             * Format: int64
             * @description Number of all accounts.
             */
            of_accounts: number;
            /** @description The first 100 of them, by source and key. */
            tier_zero: components["schemas"]["AccessNode"][];
            /**
             * Format: int64
             * @description Number of nodes that are tier zero.
             */
            tier_zero_total: number;
            /**
             * Format: int64
             * @description Number of all items, on every page.
             */
            total: number;
        };
        /** @description A bearer token, without its secret. */
        Token: {
            application?: components["schemas"]["ApplicationName"] | null;
            /** @description The commands that it may run, by the operation ids of this document. */
            commands?: string[];
            /** @description Whether it has expired. */
            expired: boolean;
            /** @description When it expires. */
            expires_at: components["schemas"]["Moment"];
            /** @description Its id. */
            id: components["schemas"]["TokenId"];
            key_sha256?: components["schemas"]["Digest"] | null;
            last_use?: components["schemas"]["LastUse"] | null;
        };
        /** @example tok_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        TokenId: string;
        /** @description A figure over some days. */
        Trend: {
            /** @description The figure. */
            figure: components["schemas"]["TrendName"];
            /** @description What a value counts. */
            measure: components["schemas"]["TrendMeasure"];
            /**
             * Format: int64
             * @description The figure at this moment. Absent if it is known for whole days only.
             */
            now?: number | null;
            /** @description One value for each day. `null` for a day of which nothing is known. */
            values: (number | null)[];
        };
        /**
         * @description What a value of a figure counts.
         * @enum {string}
         */
        TrendMeasure: "at_end_of_day" | "over_the_day";
        /**
         * @description The name of a figure.
         * @enum {string}
         */
        TrendName: "people" | "people_with_passkeys" | "administrators" | "devices" | "devices_managed" | "applications" | "applications_enforcing" | "sessions" | "grants_requested" | "grants_active" | "exceptions" | "trusts" | "trusts_discovered" | "trusts_owned" | "trusts_documented" | "trusts_lapsed" | "policies" | "policies_enforced" | "policies_shadow" | "policies_rolling_out" | "decisions" | "decisions_allowed" | "decisions_denied" | "decisions_would_be_denied";
        /** @description The figures of some complete days, in UTC. */
        Trends: {
            /**
             * @description The days, the oldest first. The last is yesterday: a day that is not over has no figure yet.
             * @example [
             *       "2026-11-28",
             *       "2026-11-29"
             *     ]
             */
            days: string[];
            /** @description The figures. */
            figures: components["schemas"]["Trend"][];
        };
        /** @description An entry of the implicit-trust register: accesses that are allowed whatever one item of their evidence says. */
        Trust: {
            /**
             * Format: int64
             * @description The number of such accesses in the last proof that stated the entry.
             */
            accesses: number;
            /** @description The action. */
            action: components["schemas"]["Action"];
            /** @description Who authorised it, as text. */
            authority?: string | null;
            /**
             * Format: int64
             * @description The sequence of the fact that brought it back, if one was found.
             */
            brought_back_by?: number | null;
            /** @description The cohort. */
            cohort: components["schemas"]["Cohort"];
            discovered_at?: components["schemas"]["Moment"] | null;
            eliminated_at?: components["schemas"]["Moment"] | null;
            /** @description The decision of the last access; `countersign why` explains it. */
            example: components["schemas"]["DecisionId"];
            expires_at?: components["schemas"]["Moment"] | null;
            /** @description The first such access. */
            first: components["schemas"]["Moment"];
            /** @description The item of evidence that is trusted. */
            item: components["schemas"]["ItemOfEvidence"];
            /** @description The last such access. */
            last: components["schemas"]["Moment"];
            owner?: components["schemas"]["PersonId"] | null;
            /** @description The owner's name now. Absent if the person was removed. */
            owner_name?: string | null;
            /** @description The policies that allowed them. Empty if the application is in the stage `observe`. */
            policies: components["schemas"]["PolicyId"][];
            /**
             * Format: int64
             * @description The number of their principals.
             */
            principals: number;
            /** @description The reason. */
            reason?: string | null;
            /** @description What would eliminate the entry. */
            remedy: string;
            /** @description The resource. */
            resource: components["schemas"]["ResourceName"];
            returned_at?: components["schemas"]["Moment"] | null;
            /** @description The present sensitivity of the resource. */
            sensitivity: components["schemas"]["Sensitivity"];
            /** @description The state. */
            state: components["schemas"]["TrustStanding"];
        };
        /** @description A request to document and authorise entries for a limited time. */
        TrustDocument: {
            /** @description Who authorised it, as text. */
            authority: string;
            /** @description True to change nothing and show what would change. */
            dry_run?: boolean;
            /**
             * Format: int64
             * @description After how many seconds the authorisation ends: from one hour to a year.
             */
            expires_in_seconds: number;
            /** @description The selection. At least one field is required, and only entries on which accesses rest are selected. */
            of: components["schemas"]["TrustSelection"];
            /** @description The owner: a person's id, address or alias. */
            owner: string;
            /** @description The reason. */
            reason: string;
        };
        /** @description A request to give entries an owner. */
        TrustOwner: {
            /** @description True to change nothing and show what would change. */
            dry_run?: boolean;
            /** @description The selection. At least one field is required, and only entries on which accesses rest are selected. */
            of: components["schemas"]["TrustSelection"];
            /** @description The owner: a person's id, address or alias. */
            owner: string;
        };
        /** @description A selection of entries of the register. All given fields must match. */
        TrustSelection: {
            action?: components["schemas"]["Action"] | null;
            application?: components["schemas"]["ApplicationName"] | null;
            cohort?: components["schemas"]["Cohort"] | null;
            item?: components["schemas"]["ItemOfEvidence"] | null;
            resource?: components["schemas"]["ResourceName"] | null;
        };
        /**
         * @description The states of an entry of the register.
         * @enum {string}
         */
        TrustStanding: "discovered" | "owned" | "documented" | "lapsed" | "eliminated";
        /** @description The changed entries, or those that would change. */
        TrustsChanged: {
            /** @description The entries after the change. */
            trusts: components["schemas"]["Trust"][];
            /** @description Whether the change was made. */
            written: boolean;
        };
        /**
         * @description The direction in which the result of an access changes.
         * @enum {string}
         */
        Turn: "denied" | "allowed";
        /**
         * @description What happens at the due date to what nobody decided.
         * @enum {string}
         */
        UndecidedOutcome: "nothing" | "revoke";
        /** @description The upkeep of one day of the evidence. */
        UpkeepDay: {
            /**
             * Format: int64
             * @description Their size in bytes.
             */
            bytes: number;
            /**
             * Format: int64
             * @description The size in bytes of the compacted file, if known.
             */
            bytes_after?: number | null;
            /** @description The day in UTC, such as `2026-11-22`. */
            day: string;
            /**
             * Format: int64
             * @description Number of files that were anchored, compacted or removed.
             */
            files: number;
            /**
             * Format: int64
             * @description Number of rows in them.
             */
            rows: number;
        };
        /** @description The result of upkeep of the evidence, or of its dry run. */
        UpkeepReport: {
            /** @description The days concerned, oldest first. */
            days: components["schemas"]["UpkeepDay"][];
            /** @description Whether this is a dry run. */
            dry_run: boolean;
            /** @description The files and days that upkeep left as they are, with the reasons. */
            skipped: string[];
        };
        /** @description The result of a check of an upstream. It says what was found and never what the answer contained. */
        UpstreamCheck: {
            /**
             * @description The address that was tried last, with its port. Absent if the name has none.
             * @example 127.0.0.1:3000
             */
            address?: string | null;
            /** @description Whether the gate would get an answer there. */
            answers: boolean;
            /** @description The result in one sentence, which continues the name of the upstream. */
            message: string;
            /** @description The place that the answer redirects to, without query and fragment. The check did not go there. */
            redirect?: string | null;
            /** @description What to do about it, if something needs to be done. */
            remedy?: string | null;
            /** @description The kind of result. */
            result: components["schemas"]["UpstreamResult"];
            /**
             * Format: int32
             * @description The status of the answer.
             */
            status?: number | null;
            /** @description The upstream with its port. */
            upstream: string;
        };
        /**
         * @description The kinds of result of a check.
         * @enum {string}
         */
        UpstreamResult: "answers" | "unknown_name" | "closed" | "unreachable" | "silent" | "certificate" | "tls" | "not_http";
        /**
         * @description Who or what uses an account.
         * @enum {string}
         */
        UsedBy: "person" | "service" | "machine";
        /**
         * @description Whether a report allows a verdict.
         * @enum {string}
         */
        Verdict: "known" | "unknown";
        /** @description The result of a verification. */
        Verification: {
            /**
             * Format: int64
             * @description The first entry that differs from what was appended.
             */
            broken_at?: number | null;
            /**
             * Format: int64
             * @description Number of entries that were verified.
             */
            entries: number;
            /** @description The problem with it. */
            fault?: string | null;
            head?: components["schemas"]["JournalHead"] | null;
            /** @description Whether every entry follows from the one before. */
            whole: boolean;
        };
        /** @description The input of a verification. */
        VerifyRequest: {
            /**
             * @description An anchor that was kept elsewhere; the journal must contain it. Without one, the verification cannot notice that
             *     the last entries were removed or that the chain was rewritten.
             */
            anchor?: string | null;
        };
        /**
         * @description The subjects of versions.
         * @enum {string}
         */
        VersionOf: "policies" | "settings";
        /** @description What one person could do. */
        WhatCan: {
            /** @description The address. */
            email: string;
            /** @description The resources of this page, in the order of applications and of their declarations. */
            items: components["schemas"]["Reachable"][];
            /** @description Whether there are more than on this page. */
            more: boolean;
            /** @description The name. */
            name: string;
            /** @description The `cursor` of the next page; absent at the end of the list. */
            next?: string | null;
            /** @description The person. */
            person: components["schemas"]["PersonId"];
            /** @description Whether the person is suspended, and so can do nothing. */
            suspended: boolean;
        };
        /** @description The principals that could perform an action on a resource. */
        WhoCan: {
            /** @description The action. */
            action: components["schemas"]["Action"];
            /** @description Whether an anonymous caller can. */
            anonymous: boolean;
            /**
             * @description Attributes of the request that the policies also read: `address`, `operation`, `item`, `content_type`, `time`.
             *     With other values the answer may differ.
             */
            depends_on: string[];
            /** @description The principals of this page, by class (can now, could with more, cannot), then by name. */
            items: components["schemas"]["Reacher"][];
            /** @description Whether the resource or its application has that label. Otherwise it counts as restricted. */
            labelled: boolean;
            /** @description Whether there are more than on this page. */
            more: boolean;
            /** @description The `cursor` of the next page; absent at the end of the list. */
            next?: string | null;
            /** @description Whether the application is in the stage `observe`: then denials are recorded and not enforced. */
            observed: boolean;
            /** @description Number of people in each class, on every page. */
            people: components["schemas"]["ReachCounts"];
            /** @description The resource. */
            resource: components["schemas"]["ResourceName"];
            /** @description The label in force. */
            sensitivity: components["schemas"]["Sensitivity"];
            /** @description Number of service accounts in each class. */
            services: components["schemas"]["ReachCounts"];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "access.metadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionPointMetadata"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "keys.set": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeySet"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "access.evaluate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Evaluation"];
            };
        };
        responses: {
            /** @description The answer; a denial is an answer too. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvaluationAnswer"];
                };
            };
            /** @description Why the evaluation failed, as a JSON string; a problem document for an unknown path. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "access.evaluate_many": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Evaluations"];
            };
        };
        responses: {
            /** @description The answer; a denial is an answer too. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvaluationsAnswer"] | components["schemas"]["EvaluationAnswer"];
                };
            };
            /** @description Why the evaluation failed, as a JSON string; a problem document for an unknown path. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "access.search_actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ActionSearch"];
            };
        };
        responses: {
            /** @description The answer; a denial is an answer too. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FoundActions"];
                };
            };
            /** @description Why the evaluation failed, as a JSON string; a problem document for an unknown path. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "access.search_resources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResourceSearch"];
            };
        };
        responses: {
            /** @description The answer; a denial is an answer too. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FoundEntities"];
                };
            };
            /** @description Why the evaluation failed, as a JSON string; a problem document for an unknown path. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "access.search_subjects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubjectSearch"];
            };
        };
        responses: {
            /** @description The answer; a denial is an answer too. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FoundEntities"];
                };
            };
            /** @description Why the evaluation failed, as a JSON string; a problem document for an unknown path. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "applications.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "name";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description Only applications whose name, title or host contains this text, in upper or lower case. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Application"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "applications.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An application, by name. */
                application: components["schemas"]["ApplicationName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "applications.declare": {
        parameters: {
            query?: {
                /** @description True to refuse if there is an application of this name already. */
                new?: boolean;
                /** @description True to check only, and show what would be declared. */
                dry_run?: boolean;
                /** @description Refuse unless the declaration has this version: nobody changed it since it was read. */
                expected_version?: string;
            };
            header?: never;
            path: {
                /** @description An application, by name. */
                application: components["schemas"]["ApplicationName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "Wiki",
                 *       "owner": "team-docs",
                 *       "hosts": [
                 *         "wiki.example.org"
                 *       ],
                 *       "upstream": "http://127.0.0.1:3000"
                 *     }
                 */
                "application/json": components["schemas"]["Declaration"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "applications.remove": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An application, by name. */
                application: components["schemas"]["ApplicationName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "applications.meaning": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An application, by name. */
                application: components["schemas"]["ApplicationName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "method": "POST",
                 *       "path": "/admin/users",
                 *       "parts": {
                 *         "resources": [
                 *           {
                 *             "part": "admin",
                 *             "routes": [
                 *               {
                 *                 "path": "/admin/**",
                 *                 "action": "administer"
                 *               }
                 *             ]
                 *           }
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["RequestToName"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestMeaning"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "applications.stage": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An application, by name. */
                application: components["schemas"]["ApplicationName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "stage": "enforce"
                 *     }
                 */
                "application/json": components["schemas"]["StageChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content_labels.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "target";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description Only labels in this state. */
                state?: components["schemas"]["LabelState"];
                /** @description Only labels of this application and of its parts. Who is responsible for it may see these. */
                application?: components["schemas"]["ApplicationName"];
                /** @description Only labels whose target contains this text, in upper or lower case. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["KnownLabel"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content_labels.set": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "target": "application:payroll",
                 *       "kind": "personal",
                 *       "sensitivity": "restricted",
                 *       "reason": "It has everybody's salary"
                 *     }
                 */
                "application/json": components["schemas"]["NewLabel"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KnownLabel"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content_labels.coverage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LabelCoverage"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content_labels.propose": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "proposals": [
                 *         {
                 *           "target": "column:shop/public.customers.iban",
                 *           "kind": "payment",
                 *           "sensitivity": "restricted",
                 *           "evidence": [
                 *             {
                 *               "recogniser": "iban",
                 *               "matched": 998,
                 *               "sampled": 1000
                 *             }
                 *           ]
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["LabelScan"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LabelScanOutcome"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content_labels.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A label's id. */
                label: components["schemas"]["LabelId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KnownLabel"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content_labels.confirm": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A label's id. */
                label: components["schemas"]["LabelId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Customers pay by transfer"
                 *     }
                 */
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KnownLabel"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content_labels.dismiss": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A label's id. */
                label: components["schemas"]["LabelId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "These are numbers of orders"
                 *     }
                 */
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KnownLabel"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content_labels.withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A label's id. */
                label: components["schemas"]["LabelId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "The column is gone"
                 *     }
                 */
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KnownLabel"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "credentials.remove": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A passkey's id. */
                id: components["schemas"]["CredentialId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "decisions.follow": {
        parameters: {
            query?: {
                /** @description Only those of this application. */
                application?: components["schemas"]["ApplicationName"];
                /** @description Only those of this person: an id, address or alias. */
                person?: string;
                /** @description Only those with this outcome: `allow` or `deny`. */
                effect?: string;
                /** @description Only those with this action. */
                action?: components["schemas"]["Action"];
                /** @description Only those with this device. */
                device?: components["schemas"]["DeviceId"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events. The data of each is a DecisionBatch as JSON. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "decisions.list": {
        parameters: {
            query?: {
                /** @description Only records since this moment, inclusive. */
                since?: components["schemas"]["Moment"];
                /** @description Only records before this moment. */
                until?: components["schemas"]["Moment"];
                /** @description Only those of this application. */
                application?: components["schemas"]["ApplicationName"];
                /** @description Only those of this person: an id, address or alias. */
                person?: string;
                /** @description Only those of this principal. */
                principal?: components["schemas"]["Principal"];
                /** @description Only those with this outcome: `allow` or `deny`. */
                effect?: string;
                /** @description Only those with this action. */
                action?: components["schemas"]["Action"];
                /** @description Only those with this device. */
                device?: components["schemas"]["DeviceId"];
                /** @description Maximum number of decisions on the page: 100 if absent, never more than 10,000. */
                limit?: components["schemas"]["Limit"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Decisions"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "decisions.why": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A decision's id. */
                id: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explained"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "decisions.again": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A decision's id. */
                id: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "policies": "now",
                 *       "changes": [
                 *         {
                 *           "item": "device",
                 *           "value": "absent"
                 *         },
                 *         {
                 *           "item": "posture.firewall",
                 *           "value": "pass"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["AskAgain"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AskedAgain"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "devices.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "name" | "id";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description Only devices whose name or platform contains this text, in upper or lower case. */
                q?: string;
                /** @description Only those of this person: an id, address or alias. */
                owner?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Device"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "devices.register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "ada-laptop",
                 *       "platform": "macOS",
                 *       "owner": "ada@example.org",
                 *       "managed": true
                 *     }
                 */
                "application/json": components["schemas"]["NewDevice"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "devices.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A device's id. */
                id: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "devices.change": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A device's id. */
                id: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "ada-laptop",
                 *       "platform": "macOS",
                 *       "managed": true
                 *     }
                 */
                "application/json": components["schemas"]["NewDevice"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "devices.remove": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A device's id. */
                id: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "devices.report": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A device's id. */
                id: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "checks": {
                 *         "disk_encryption": "pass"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["PostureReport"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "evidence.anchor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NewUpkeep"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "evidence.compact": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NewUpkeep"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "evidence.export": {
        parameters: {
            query: {
                /** @description The format: `ocsf`, the only one. */
                format: string;
                /** @description Only records since this moment, inclusive. */
                since?: components["schemas"]["Moment"];
                /** @description Only records before this moment. */
                until?: components["schemas"]["Moment"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One object per line. The trailer `countersign-incomplete` names what could not be read; to a client without `TE: trailers` such an answer breaks off. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "evidence.retain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NewUpkeep"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "evidence.verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NewEvidenceVerification"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "exceptions.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "opened_at" | "expires_at" | "policy";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description Only exceptions whose policy, person, group, application, owner, authority or reason contains this text, in upper or lower case. */
                q?: string;
                /** @description Only exceptions that expire since this moment, inclusive. */
                expires_since?: components["schemas"]["Moment"];
                /** @description Only exceptions that expire before this moment. */
                expires_until?: components["schemas"]["Moment"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Exception"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "exceptions.open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "policy": "fresh-passkey",
                 *       "group": "field-engineers",
                 *       "owner": "team-field",
                 *       "authority": "CISO",
                 *       "reason": "readers arrive in June",
                 *       "expires_in_seconds": 604800
                 *     }
                 */
                "application/json": components["schemas"]["NewException"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Exception"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "exceptions.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An exception's id. */
                id: components["schemas"]["ExceptionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Exception"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "exceptions.end": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An exception's id. */
                id: components["schemas"]["ExceptionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "the readers have arrived"
                 *     }
                 */
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "facts.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "sequence";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description Only facts that name this: an id, or a kind and a name, such as `group:staff`. The kinds are application, group, key, network, policy, process and resource. */
                about?: string;
                /** @description Only facts of this subject, such as `person`, or of this kind, such as `person.added`. */
                kind?: string;
                /** @description Only facts that this author stated: an id, `operator`, or `system:` and a part of the software. */
                by?: string;
                /** @description Only facts since this moment, inclusive. */
                since?: components["schemas"]["Moment"];
                /** @description Only facts before this moment. */
                until?: components["schemas"]["Moment"];
                /** @description Only facts that say each of these words, in upper or lower case: whole words of names, addresses, reasons, purposes and authorities. The texts of policies are not searched. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["RecordedFact"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "facts.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A fact's place in the journal: 1 for the first. */
                sequence: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedFact"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "grants.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "requested_at";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description Only those in this state. */
                state?: components["schemas"]["GrantState"];
                /** @description Only those of this person: an id, address or alias. */
                person?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Grant"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "grants.request": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "application": "wiki",
                 *       "reason": "repair the search",
                 *       "duration_seconds": 3600
                 *     }
                 */
                "application/json": components["schemas"]["NewGrant"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Grant"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "grants.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A grant's id. */
                id: components["schemas"]["GrantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Grant"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "grants.approve": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A grant's id. */
                id: components["schemas"]["GrantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Grant"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "grants.refuse": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A grant's id. */
                id: components["schemas"]["GrantId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "not without a ticket"
                 *     }
                 */
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Grant"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "grants.revoke": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A grant's id. */
                id: components["schemas"]["GrantId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "the work is done"
                 *     }
                 */
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Grant"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "groups.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "name";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description Only groups whose name or purpose contains this text, in upper or lower case. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Group"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "groups.add": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "editors",
                 *       "purpose": "may change the wiki"
                 *     }
                 */
                "application/json": components["schemas"]["NewGroup"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "groups.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A group, by name. */
                group: components["schemas"]["GroupName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "groups.remove": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A group, by name. */
                group: components["schemas"]["GroupName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "groups.join": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A group, by name. */
                group: components["schemas"]["GroupName"];
                /** @description A person's id, address or alias, a service account's id, or `group:` and the name of a group. */
                member: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "groups.leave": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A group, by name. */
                group: components["schemas"]["GroupName"];
                /** @description A person's id, address or alias, a service account's id, or `group:` and the name of a group. */
                member: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.access_graph": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessGraphState"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.compromise": {
        parameters: {
            query: {
                /** @description The source of the account. */
                source: components["schemas"]["SourceName"];
                /** @description The account: its key in the source, or a name that no other node of the source has. */
                node: string;
                /** @description Only nodes of this kind. */
                kind?: components["schemas"]["InventoryKind"];
                /** @description Maximum number of items on the page: never more than 1,000; 100 unless given. */
                limit?: components["schemas"]["Limit"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CompromiseAnswer"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.access_path": {
        parameters: {
            query: {
                /** @description The source of both nodes. No path leads from one source to another. */
                source: components["schemas"]["SourceName"];
                /** @description Where it begins: a key in the source, or a name that no other node of the source has. */
                from: string;
                /** @description Where it ends, in the same way. Default: tier zero, for which the path is one of control. */
                to?: string;
                /** @description What is meant by access: to reach it today, which is the default, or to come to control it. */
                means?: components["schemas"]["AccessMeans"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PathAnswer"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.tier_zero": {
        parameters: {
            query?: {
                /** @description Only nodes of this source. */
                source?: components["schemas"]["SourceName"];
                /** @description Only nodes of this kind. */
                kind?: components["schemas"]["InventoryKind"];
                /** @description Maximum number of items on the page: never more than 1,000; 100 unless given. */
                limit?: components["schemas"]["Limit"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TierZeroAnswer"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.what_can": {
        parameters: {
            query: {
                /** @description The source of the node. */
                source: components["schemas"]["SourceName"];
                /** @description The node: its key in the source, or a name that no other node of the source has. */
                node: string;
                /** @description Only what is reached at this level or a higher one. */
                level?: components["schemas"]["RightLevel"];
                /** @description Only nodes of this kind. */
                kind?: components["schemas"]["InventoryKind"];
                /** @description Maximum number of items on the page: never more than 1,000; 100 unless given. */
                limit?: components["schemas"]["Limit"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessAnswer"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.who_can": {
        parameters: {
            query: {
                /** @description The source of the node. */
                source: components["schemas"]["SourceName"];
                /** @description The node: its key in the source, or a name that no other node of the source has. */
                node: string;
                /** @description What is meant by access: to reach it today, which is the default, or to come to control it. */
                means?: components["schemas"]["AccessMeans"];
                /** @description Only accounts that reach it at this level or a higher one. */
                level?: components["schemas"]["RightLevel"];
                /** @description Maximum number of items on the page: never more than 1,000; 100 unless given. */
                limit?: components["schemas"]["Limit"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessAnswer"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.edges": {
        parameters: {
            query: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "relation";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description The source of the node. */
                source: components["schemas"]["SourceName"];
                /** @description The key of the node in the source. */
                key: string;
                /** @description At which end of the edges the node is. */
                end: components["schemas"]["NodeEnd"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["InventoryEdge"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.findings.causes": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "severity";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description Only findings in this state. Without it, those that need work: open and returned ones. */
                state?: components["schemas"]["FindingState"];
                /** @description Only findings of this detector. */
                detector?: string;
                /** @description Only findings of this severity. */
                severity?: components["schemas"]["HygieneLevel"];
                /** @description Only findings that speak of something in this source. */
                source?: components["schemas"]["SourceName"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["FindingCause"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.findings.export": {
        parameters: {
            query: {
                /** @description The format. */
                format: components["schemas"]["FindingFormat"];
                /** @description Only findings in this state. Without it, those that need work: open and returned ones. */
                state?: components["schemas"]["FindingState"];
                /** @description Only findings of this detector. */
                detector?: string;
                /** @description Only findings of this severity. */
                severity?: components["schemas"]["HygieneLevel"];
                /** @description Only findings that speak of something in this source. A change set needs it. */
                source?: components["schemas"]["SourceName"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingsExport"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.findings.settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingSettingsText"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.findings.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "severity" | "first_seen";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description Only findings in this state. Without it, those that need work: open and returned ones. */
                state?: components["schemas"]["FindingState"];
                /** @description Only findings of this detector. */
                detector?: string;
                /** @description Only findings of this severity. */
                severity?: components["schemas"]["HygieneLevel"];
                /** @description Only findings that speak of something in this source. */
                source?: components["schemas"]["SourceName"];
                /** @description Only findings with this cause. */
                cause?: string;
                /** @description Only findings whose first subject has this text in its name, in upper or lower case. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["InventoryFinding"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.findings.look": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.findings.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a decision about identities. */
                id: components["schemas"]["LinkDecisionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InventoryFinding"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.findings.accept": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a decision about identities. */
                id: components["schemas"]["LinkDecisionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "the vendor rotates the key in January",
                 *       "expires_in_seconds": 5184000
                 *     }
                 */
                "application/json": components["schemas"]["NewAcceptance"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InventoryFinding"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.findings.reopen": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a decision about identities. */
                id: components["schemas"]["LinkDecisionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "the vendor has rotated the key"
                 *     }
                 */
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InventoryFinding"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.identities": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "name";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description Only identities of this kind. */
                kind?: components["schemas"]["InventoryIdentityKind"];
                /** @description Only identities with an account in this state. Of `proposed` and `disputed`: only those that such an account may belong to. */
                state?: components["schemas"]["InventoryAccountState"];
                /** @description Only identities that lack this. */
                lacks?: components["schemas"]["IdentityLack"];
                /** @description Only identities with this text in their name, mail address, employee number, or the name or key of a node, in upper or lower case. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["InventoryIdentity"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.correlation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CorrelationState"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.correlate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CorrelationState"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.identity_decisions": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "at";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["RecordedIdentityDecision"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.decide": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "ruling": "linked",
                 *       "one": {
                 *         "source": "cloud",
                 *         "key": "arn:aws:iam::1:user/ada"
                 *       },
                 *       "other": {
                 *         "source": "people",
                 *         "key": "17"
                 *       },
                 *       "reason": "She confirmed it"
                 *     }
                 */
                "application/json": components["schemas"]["NewIdentityDecision"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedIdentityDecision"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.undo_decision": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a decision about identities. */
                decision: components["schemas"]["LinkDecisionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "It was somebody else"
                 *     }
                 */
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedIdentityDecision"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.identity_queue": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "name";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description Only accounts in this state; those that are proposed or disputed unless given. */
                state?: components["schemas"]["InventoryAccountState"];
                /** @description Only accounts of this source. */
                source?: components["schemas"]["SourceName"];
                /** @description Only accounts whose name or key contains this text, in upper or lower case. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["CorrelatedAccount"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.correlation_rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CorrelationRuleText"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.identity": {
        parameters: {
            query: {
                /** @description The source of any of its records or accounts. */
                source: components["schemas"]["SourceName"];
                /** @description The key of that record or account in the source. */
                key: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KnownInventoryIdentity"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.show": {
        parameters: {
            query: {
                /** @description Its source. */
                source: components["schemas"]["SourceName"];
                /** @description Its key in the source. */
                key: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KnownNode"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "name";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description Only nodes of this source. */
                source?: components["schemas"]["SourceName"];
                /** @description Only nodes of this kind. */
                kind?: components["schemas"]["InventoryKind"];
                /** @description Only nodes whose name or key contains this text, in upper or lower case. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["InventoryNode"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.roles.export": {
        parameters: {
            query?: {
                /** @description Only roles in this state. Without it, those about which nobody decided. */
                state?: components["schemas"]["RoleProposalState"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleExport"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.roles.search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleSearchReport"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.roles.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "replaced";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description Only roles in this state. Without it, those about which nobody decided. */
                state?: components["schemas"]["RoleProposalState"];
                /** @description Only roles that were found in this way. */
                kind?: components["schemas"]["RoleProposalKind"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["RoleProposal"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.roles.propose": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "sources": [
                 *         "people"
                 *       ],
                 *       "min_members": 5,
                 *       "allow_new": 0
                 *     }
                 */
                "application/json": components["schemas"]["NewRoleSearch"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.roles.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a decision about identities. */
                id: components["schemas"]["LinkDecisionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleProposalDetail"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.roles.accept": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a decision about identities. */
                id: components["schemas"]["LinkDecisionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "every clerk needs it"
                 *     }
                 */
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleProposal"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.roles.dismiss": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a decision about identities. */
                id: components["schemas"]["LinkDecisionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "a project that ends in spring"
                 *     }
                 */
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleProposal"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inventory.roles.reconsider": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a decision about identities. */
                id: components["schemas"]["LinkDecisionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "the project goes on"
                 *     }
                 */
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleProposal"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "jobs.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "started_at";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Job"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "jobs.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A long run's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "jobs.stop": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A long run's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "jobs.follow": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A long run's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events. The data of each is a Job as JSON. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "journal.archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NewArchive"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "journal.head": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JournalHead"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "journal.verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["VerifyRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verification"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "keys.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "published_at";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AssertionKey"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "keys.retire": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A key's id, as in tokens and in the key set. */
                kid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "keys.rotate": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A key's id, as in tokens and in the key set. */
                kid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssertionKey"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "labels.set": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An application, by name. */
                application: components["schemas"]["ApplicationName"];
                /** @description A part of the application. It may contain slashes. */
                part: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "sensitivity": "confidential"
                 *     }
                 */
                "application/json": components["schemas"]["Label"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "links.remove": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A decision's id. */
                id: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "me.show": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallerReport"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "me.reviews": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "due_at";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description Only items in this state. Without it, undecided ones. */
                state?: components["schemas"]["AccessReviewItemState"];
                /** @description Only items with this text in the name of the person, the account or what it reaches. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AccessReviewItem"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "me.decide_reviews": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A decision's id. */
                id: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "items": [
                 *         3,
                 *         4
                 *       ],
                 *       "verdict": "revoke",
                 *       "reason": "she left the team"
                 *     }
                 */
                "application/json": components["schemas"]["NewAccessVerdict"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessVerdictResult"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "networks.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "name";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description Only networks whose name or a range contains this text, in upper or lower case. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["NamedNetwork"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "openid_clients.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "name";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DeclaredOpenIdClient"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "openid_clients.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A decision's id. */
                client: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeclaredOpenIdClient"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "openid_clients.declare": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A decision's id. */
                client: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "application": "wiki",
                 *       "redirect_uris": [
                 *         "https://wiki.example.com/callback"
                 *       ],
                 *       "backchannel_logout_uri": "https://wiki.example.com/logout"
                 *     }
                 */
                "application/json": components["schemas"]["OpenIdClientDeclaration"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeclaredOpenIdClient"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "openid_clients.withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A decision's id. */
                client: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "openid_clients.issue_secret": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A decision's id. */
                client: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenIdClientSecret"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "people.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "email" | "name" | "id";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description Only people whose name, address or alias contains this text, in upper or lower case. */
                q?: string;
                /** @description Only those of this kind. */
                kind?: components["schemas"]["PersonKind"];
                /** @description Only those with this standing. */
                standing?: components["schemas"]["Standing"];
                /** @description Only those in this group, through any depth. */
                group?: components["schemas"]["GroupName"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Person"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "people.add": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Ada Lovelace",
                 *       "email": "ada@example.org"
                 *     }
                 */
                "application/json": components["schemas"]["NewPerson"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "people.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A person: their id, address or alias. */
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "people.change": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A person: their id, address or alias. */
                person: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Ada King",
                 *       "email": "ada@example.org",
                 *       "kind": "contractor"
                 *     }
                 */
                "application/json": components["schemas"]["NewPerson"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "people.remove": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A person: their id, address or alias. */
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "people.confirm": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A person: their id, address or alias. */
                person: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "met her, she showed her passkey"
                 *     }
                 */
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "people.credentials": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "id";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description A person: their id, address or alias. */
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Credential"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "people.invite": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A person: their id, address or alias. */
                person: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "purpose": "recover",
                 *       "expires_in_seconds": 7200
                 *     }
                 */
                "application/json": components["schemas"]["NewInvitation"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitation"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "people.links": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "id";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description A person: their id, address or alias. */
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["PersonLink"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "people.link": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A person: their id, address or alias. */
                person: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "provider": "okta",
                 *       "subject": "00u1a2b3"
                 *     }
                 */
                "application/json": components["schemas"]["NewPersonLink"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonLink"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "people.restore": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A person: their id, address or alias. */
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "people.risk": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A person: their id, address or alias. */
                person: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "level": "high",
                 *       "reasons": [
                 *         "credential found in a leak"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["Risk"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "people.end_sessions": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A person: their id, address or alias. */
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "people.suspend": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A person: their id, address or alias. */
                person: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "laptop stolen"
                 *     }
                 */
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "plans.start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "files": {
                 *         "applications/wiki.cedar": "..."
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["NewPlan"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "policies.show": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Policies"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "policies.publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "files": {
                 *         "applications/wiki.cedar": "..."
                 *       },
                 *       "why": "editors may read",
                 *       "dry_run": true
                 *     }
                 */
                "application/json": components["schemas"]["Publication"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Published"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "policies.check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "files": {
                 *         "applications/wiki.cedar": "..."
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["PolicyDraft"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyCheck"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "policies.files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyFiles"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "policies.format": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "path": "applications/wiki.cedar",
                 *       "text": "..."
                 *     }
                 */
                "application/json": components["schemas"]["PolicyText"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyText"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "policies.history": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "seq";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["PolicyVersion"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "policies.lint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyLint"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "policies.rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "version": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                 *       "why": "the last set shut out support"
                 *     }
                 */
                "application/json": components["schemas"]["Rollback"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Published"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "policies.starter": {
        parameters: {
            query: {
                /** @description The application. */
                application: components["schemas"]["ApplicationName"];
                /** @description The group whose members may use it. Default: every person. */
                group?: components["schemas"]["GroupName"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StarterPermit"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "policies.test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "files": {
                 *         "applications/wiki.cedar": "...",
                 *         "tests/wiki.toml": "..."
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["PolicyDraft"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyTestReport"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "policies.vocabulary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyVocabulary"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "projections.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "name";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ProjectionStatus"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "projections.verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "name": "register"
                 *     }
                 */
                "application/json": components["schemas"]["NewProjectionVerification"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "projections.rebuild": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A decision's id. */
                name: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "dry_run": true
                 *     }
                 */
                "application/json": components["schemas"]["ProjectionRebuild"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectionReport"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "proofs.start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NewProof"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "proposals.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "proposed_at";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description Only those in this state. */
                state?: components["schemas"]["ProposalState"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Proposal"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "proposals.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A proposal's id. */
                id: components["schemas"]["ProposalId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Proposal"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "proposals.countersign": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A proposal's id. */
                id: components["schemas"]["ProposalId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                 *     }
                 */
                "application/json": components["schemas"]["Countersigning"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Proposal"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "proposals.refuse": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A proposal's id. */
                id: components["schemas"]["ProposalId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "not agreed"
                 *     }
                 */
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Proposal"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "providers.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "name";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DeclaredProvider"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "providers.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A decision's id. */
                provider: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeclaredProvider"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "providers.declare": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A decision's id. */
                provider: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "Example Corp",
                 *       "issuer": "https://login.example.com",
                 *       "client_id": "0oa1",
                 *       "domains": [
                 *         "example.com"
                 *       ],
                 *       "creates_people": "employee",
                 *       "assurance": [
                 *         {
                 *           "amr": [
                 *             "hwk"
                 *           ],
                 *           "assurance": "aal2",
                 *           "phishing_resistant": true
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["ProviderDeclaration"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeclaredProvider"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "providers.withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A decision's id. */
                provider: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "query.ask": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "sql": "SELECT effect, count(*) FROM decisions GROUP BY effect"
                 *     }
                 */
                "application/json": components["schemas"]["NewQuery"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueryAnswer"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "query.tables": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "position";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["QueryTable"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "reach.what": {
        parameters: {
            query: {
                /** @description The person: an id, address or alias. */
                person: string;
                /** @description Only resources of this application. */
                application?: components["schemas"]["ApplicationName"];
                /** @description Maximum number of resources on the page: never more than 10,000, which is the default. */
                limit?: components["schemas"]["Limit"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description The IP address to assume. Default: none. */
                address?: string;
                /** @description The operation to assume. Default: GET to read, download and connect, otherwise POST. */
                operation?: string;
                /** @description The item to assume. Default: `/`. */
                item?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WhatCan"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "reach.who": {
        parameters: {
            query: {
                /** @description The resource: an application and one of its parts. */
                resource: components["schemas"]["ResourceName"];
                /** @description The action. */
                action: components["schemas"]["Action"];
                /** @description Only principals of this class. */
                class?: components["schemas"]["ReachClass"];
                /** @description Maximum number of principals on the page: never more than 10,000, which is the default. */
                limit?: components["schemas"]["Limit"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description The IP address to assume. Default: none. */
                address?: string;
                /** @description The operation to assume. Default: GET to read, download and connect, otherwise POST. */
                operation?: string;
                /** @description The item to assume. Default: `/`. */
                item?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WhoCan"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "replays.start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NewReplay"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "reviews.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "opened_at" | "due_at";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description Only those in this state. */
                state?: components["schemas"]["AccessReviewState"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AccessReview"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "reviews.open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "The cloud",
                 *       "scope": {
                 *         "source": "cloud"
                 *       },
                 *       "reviewers": "owner",
                 *       "fallback": "bob@example.com",
                 *       "due_at": "2027-01-15T00:00:00Z"
                 *     }
                 */
                "application/json": components["schemas"]["NewAccessReview"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessReview"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "reviews.preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "Administrators",
                 *       "scope": {
                 *         "here": true,
                 *         "privileged": true
                 *       },
                 *       "reviewers": "person",
                 *       "reviewer": "ada@example.com",
                 *       "fallback": "bob@example.com",
                 *       "due_at": "2027-01-15T00:00:00Z"
                 *     }
                 */
                "application/json": components["schemas"]["NewAccessReview"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessReviewPreview"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "reviews.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A decision's id. */
                id: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessReviewDetail"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "reviews.changes": {
        parameters: {
            query: {
                /** @description The source. */
                source: components["schemas"]["SourceName"];
            };
            header?: never;
            path: {
                /** @description A decision's id. */
                id: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessReviewChanges"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "reviews.close": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A decision's id. */
                id: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessReview"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "reviews.items": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "number";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description Only items in this state. */
                state?: components["schemas"]["AccessReviewItemState"];
                /** @description Only items that this person reviews now: an id, address or alias. */
                reviewer?: string;
                /** @description Only items with this text in the name of the person, the account or what it reaches. */
                q?: string;
            };
            header?: never;
            path: {
                /** @description A decision's id. */
                id: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AccessReviewItem"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "reviews.reassign": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A decision's id. */
                id: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "items": [
                 *         3
                 *       ],
                 *       "reviewer": "ada@example.com",
                 *       "reason": "Bob is away"
                 *     }
                 */
                "application/json": components["schemas"]["NewReviewer"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessReviewDetail"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "reviews.report": {
        parameters: {
            query: {
                /** @description The format. */
                format: components["schemas"]["ReviewReportFormat"];
            };
            header?: never;
            path: {
                /** @description A decision's id. */
                id: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SealedReviewReport"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "rollouts.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "id";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description Only rollouts that enforce a policy now. */
                active?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Rollout"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "rollouts.start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "policy": "wiki-needs-managed-device",
                 *       "percents": [
                 *         5,
                 *         25,
                 *         100
                 *       ],
                 *       "watch_seconds": 3600
                 *     }
                 */
                "application/json": components["schemas"]["NewRollout"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rollout"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "rollouts.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A rollout's id. */
                id: components["schemas"]["RolloutId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rollout"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "rollouts.advance": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A rollout's id. */
                id: components["schemas"]["RolloutId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rollout"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "rollouts.halt": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A rollout's id. */
                id: components["schemas"]["RolloutId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "support is shut out"
                 *     }
                 */
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rollout"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "schedules.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "name";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Schedule"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "services.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "name" | "id";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description Only service accounts whose name or purpose contains this text, in upper or lower case. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Service"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "services.add": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "hr",
                 *       "owner": "ada@example.org",
                 *       "purpose": "keeps the groups"
                 *     }
                 */
                "application/json": components["schemas"]["NewService"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Service"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "services.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A service account's id. */
                id: components["schemas"]["ServiceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Service"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "services.remove": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A service account's id. */
                id: components["schemas"]["ServiceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "services.issue_token": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A service account's id. */
                id: components["schemas"]["ServiceId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "application": "todo",
                 *       "expires_in_seconds": 86400
                 *     }
                 */
                "application/json": components["schemas"]["NewToken"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedToken"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "sessions.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "started_at" | "expires_at";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description Only those of this person: an id, address or alias. */
                person?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Session"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "sessions.revoke": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A session's id. */
                id: components["schemas"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "settings.show": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingsInForce"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "shadow.start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NewShadowReport"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "sources.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "name";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description Only sources whose name, title or purpose contains this text, in upper or lower case. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["InventorySource"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "sources.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A decision's id. */
                source: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InventorySource"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "sources.declare": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A decision's id. */
                source: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "format": "ldif",
                 *       "title": "Directory",
                 *       "purpose": "Says who works here",
                 *       "owner": "ada@example.org",
                 *       "authoritative": true,
                 *       "expected_every_seconds": 86400
                 *     }
                 */
                "application/json": components["schemas"]["NewSource"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InventorySource"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "sources.withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A decision's id. */
                source: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "sources.begin_import": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A decision's id. */
                source: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenImport"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "sources.drop_import": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A decision's id. */
                source: components["schemas"]["DecisionId"];
                /** @description A decision's id. */
                import: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "sources.apply_import": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A decision's id. */
                source: components["schemas"]["DecisionId"];
                /** @description A decision's id. */
                import: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "max_gone_percent": 30
                 *     }
                 */
                "application/json": components["schemas"]["ApplyImport"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppliedImport"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "sources.finish_import": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A decision's id. */
                source: components["schemas"]["DecisionId"];
                /** @description A decision's id. */
                import: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "records": 3
                 *     }
                 */
                "application/json": components["schemas"]["ImportEnd"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportPreview"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "sources.take_page": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A decision's id. */
                source: components["schemas"]["DecisionId"];
                /** @description A decision's id. */
                import: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "page": 1,
                 *       "nodes": [
                 *         {
                 *           "key": "7c5e",
                 *           "name": "ada",
                 *           "kind": "account",
                 *           "attributes": {
                 *             "mails": [
                 *               "ada@example.org"
                 *             ]
                 *           }
                 *         },
                 *         {
                 *           "key": "90af",
                 *           "name": "staff",
                 *           "kind": "group"
                 *         }
                 *       ],
                 *       "edges": [
                 *         {
                 *           "from": "7c5e",
                 *           "relation": "member_of",
                 *           "to": "90af"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["ImportPage"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportProgress"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "sources.leavers": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "email";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description A decision's id. */
                source: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["PersonWhoLeft"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "sources.confirm_leavers": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A decision's id. */
                source: components["schemas"]["DecisionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "import": 12,
                 *       "people": 340
                 *     }
                 */
                "application/json": components["schemas"]["ConfirmLeavers"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InventorySource"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "status.show": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "tokens.revoke": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A token's id. */
                id: components["schemas"]["TokenId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "trends.show": {
        parameters: {
            query?: {
                /** @description Number of complete days: 30 unless given, and never more than 366. */
                days?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Trends"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "trusts.list": {
        parameters: {
            query?: {
                /** @description Maximum number of items: 1,000 unless given, and never more than 10,000. */
                limit?: components["schemas"]["PageLimit"];
                /** @description The field to sort by. */
                sort?: "sensitivity" | "accesses";
                /** @description The direction. */
                order?: components["schemas"]["SortDirection"];
                /** @description Continue after an earlier page: its `next`. */
                cursor?: string;
                /** @description Only entries of this application. */
                application?: components["schemas"]["ApplicationName"];
                /** @description Only entries of this resource. */
                resource?: components["schemas"]["ResourceName"];
                /** @description Only entries of this action. */
                action?: components["schemas"]["Action"];
                /** @description Only entries of this cohort. */
                cohort?: components["schemas"]["Cohort"];
                /** @description Only entries of trust in this item. */
                item?: components["schemas"]["ItemOfEvidence"];
                /** @description Only entries in this state. Default: all except eliminated ones. */
                state?: components["schemas"]["TrustStanding"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requested data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Trust"][];
                        /** @description The `cursor` of the next page. Absent at the end of the list. */
                        next?: string;
                    };
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "trusts.document": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "of": {
                 *         "application": "wiki"
                 *       },
                 *       "owner": "team-docs",
                 *       "authority": "CISO",
                 *       "reason": "no agent for these machines yet",
                 *       "expires_in_seconds": 2592000
                 *     }
                 */
                "application/json": components["schemas"]["TrustDocument"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrustsChanged"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "trusts.figures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisterFigures"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "trusts.own": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "of": {
                 *         "application": "wiki"
                 *       },
                 *       "owner": "team-docs"
                 *     }
                 */
                "application/json": components["schemas"]["TrustOwner"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrustsChanged"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "upstreams.check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "upstream": "http://127.0.0.1:3000",
                 *       "host": "wiki.example.org"
                 *     }
                 */
                "application/json": components["schemas"]["NewUpstreamCheck"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UpstreamCheck"];
                };
            };
            /** @description The problem, and the remedy. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "access.forward_auth": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The kind of proxy, which determines the headers that are read: docs/forward-auth.md. */
                proxy: "nginx" | "caddy" | "traefik" | "nginx-with-certificates" | "caddy-with-certificates" | "traefik-with-certificates";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Allowed. The headers are for the application. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not signed in: redirect to this location. */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                    "text/plain": string;
                    "application/problem+json": Record<string, never>;
                };
            };
            /** @description Denied, or the request does not have the form of this kind of proxy. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                    "text/plain": string;
                    "application/problem+json": Record<string, never>;
                };
            };
            /** @description It may not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                    "text/plain": string;
                    "application/problem+json": Record<string, never>;
                };
            };
        };
    };
}
