// Generated from docs/openapi.json by `npm run types`. Do not edit.

export interface paths {
    "/.well-known/authzen-configuration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the AuthZEN decision point is. */
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
        /** The public keys that assertions are signed with. */
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
        /** Ask whether somebody may do something. */
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
        /** Ask several questions at once. */
        post: operations["access.evaluate_many"];
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
         * Every application.
         * @description Takes `read` on `countersign/control`.
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
         * One application.
         * @description Takes `read` on `countersign/control`.
         */
        get: operations["applications.show"];
        /**
         * Declare an application, or declare it again: the whole.
         * @description Takes `administer` on `countersign/control`.
         */
        put: operations["applications.declare"];
        post?: never;
        /**
         * Protect an application no more: it is not reachable any more, and its name is never taken again.
         * @description Takes `administer` on `countersign/control`.
         */
        delete: operations["applications.remove"];
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
         * Move an application's stage.
         * @description Takes `administer` on `countersign/control`.
         */
        post: operations["applications.stage"];
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
         * Remove a passkey; the sessions that it began end.
         * @description Takes `administer` on `countersign/control`.
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
         * Decisions as they fall, oldest first: one event, `decisions`, whenever some did. `Last-Event-ID` resumes a stream after the last decision of an event. The stream ends when the permission to read decisions ends.
         * @description Takes `read` on `countersign/control`.
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
         * Recorded decisions, newest first.
         * @description Takes `read` on `countersign/control`. For oneself: `countersign/self`.
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
         * One decision, and why it fell as it did.
         * @description Takes `read` on `countersign/control`.
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
    "/api/v1/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every device.
         * @description Takes `read` on `countersign/control`. For oneself: `countersign/self`.
         */
        get: operations["devices.list"];
        put?: never;
        /**
         * Take a device into the inventory.
         * @description Takes `administer` on `countersign/control`.
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
         * One device.
         * @description Takes `read` on `countersign/control`.
         */
        get: operations["devices.show"];
        /**
         * State what is known of a device from now on.
         * @description Takes `administer` on `countersign/control`.
         */
        put: operations["devices.change"];
        post?: never;
        /**
         * Remove a device.
         * @description Takes `administer` on `countersign/control`.
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
         * @description Takes `administer` on `countersign/control`.
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
         * Take in files of the evidence that nobody anchored.
         * @description Takes `administer` on `countersign/control`.
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
         * Make the files of each finished day one.
         * @description Takes `administer` on `countersign/control`.
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
         * Decisions, sign-ins and grants for other systems, oldest first.
         * @description Takes `read` on `countersign/control`.
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
         * Remove what is older than records are kept.
         * @description Takes `administer` on `countersign/control`.
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
         * @description Takes `read` on `countersign/control`.
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
         * Exceptions that were not ended.
         * @description Takes `read` on `countersign/control`.
         */
        get: operations["exceptions.list"];
        put?: never;
        /**
         * Open an exception to a guardrail.
         * @description Takes `administer` on `countersign/control`.
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
        get?: never;
        put?: never;
        post?: never;
        /**
         * End an exception before its time.
         * @description Takes `administer` on `countersign/control`.
         */
        delete: operations["exceptions.end"];
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
         * Grants.
         * @description Takes `read` on `countersign/approvals`. For oneself: `countersign/self`.
         */
        get: operations["grants.list"];
        put?: never;
        /**
         * Ask for a just-in-time grant.
         * @description Takes `write` on `countersign/self`.
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
         * One grant.
         * @description Takes `read` on `countersign/approvals`. For one's own grant: `countersign/self`.
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
         * @description Takes `write` on `countersign/approvals`.
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
         * @description Takes `write` on `countersign/approvals`.
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
         * End a grant before its time.
         * @description Takes `write` on `countersign/approvals`.
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
         * Every group.
         * @description Takes `read` on `countersign/control`.
         */
        get: operations["groups.list"];
        put?: never;
        /**
         * Make a group.
         * @description Takes `administer` on `countersign/control`.
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
         * One group.
         * @description Takes `read` on `countersign/control`.
         */
        get: operations["groups.show"];
        put?: never;
        post?: never;
        /**
         * Remove a group; its name is never taken again.
         * @description Takes `administer` on `countersign/control`.
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
         * @description Takes `administer` on `countersign/control`.
         */
        put: operations["groups.join"];
        post?: never;
        /**
         * Remove a person, a service account or a group from a group.
         * @description Takes `administer` on `countersign/control`.
         */
        delete: operations["groups.leave"];
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
         * The long runs of all processes, the newest first.
         * @description Takes `read` on `countersign/control`.
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
         * One long run, with what it found once it has finished.
         * @description Takes `read` on `countersign/control`.
         */
        get: operations["jobs.show"];
        put?: never;
        post?: never;
        /**
         * Break off a long run, whichever process works on it, or forget one that has ended.
         * @description Takes `read` on `countersign/control`.
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
         * How far a long run is, as it goes on: its state as server-sent events.
         * @description Takes `read` on `countersign/control`.
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
         * @description Takes `administer` on `countersign/control`.
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
         * How far the journal goes.
         * @description Takes `read` on `countersign/control`.
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
         * Walk the journal's whole chain and check every hash.
         * @description Takes `read` on `countersign/control`.
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
         * The keys that assertions to applications are signed with.
         * @description Takes `read` on `countersign/control`.
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
         * Trust a key no more, nor anything that it signed. The last that signs is to be rotated first.
         * @description Takes `administer` on `countersign/control`.
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
         * Have a key replaced: its gate makes another; what was signed is believed until it has expired.
         * @description Takes `administer` on `countersign/control`.
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
         * Say how sensitive a part of an application is, or take that back.
         * @description Takes `administer` on `countersign/control`.
         */
        put: operations["labels.set"];
        post?: never;
        delete?: never;
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
         * @description Takes `read` on `countersign/self`.
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
    "/api/v1/networks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The networks that addresses are named by, as every process that shares the journal names them. The configuration of the control plane declares them (`[networks]`), so nothing here changes them.
         * @description Takes `read` on `countersign/control`.
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
    "/api/v1/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everybody in the inventory.
         * @description Takes `read` on `countersign/control`.
         */
        get: operations["people.list"];
        put?: never;
        /**
         * Add a person to the inventory.
         * @description Takes `administer` on `countersign/control`.
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
         * One person.
         * @description Takes `read` on `countersign/control`. For oneself: `countersign/self`.
         */
        get: operations["people.show"];
        /**
         * State what is known of a person from now on.
         * @description Takes `administer` on `countersign/control`.
         */
        put: operations["people.change"];
        post?: never;
        /**
         * Remove a person; their sessions, passkeys and grants end with them.
         * @description Takes `administer` on `countersign/control`.
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
         * Vouch for a person: they stand on their own word from then on.
         * @description Takes `write` on `countersign/approvals`.
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
         * A person's passkeys.
         * @description Takes `read` on `countersign/control`. For oneself: `countersign/self`.
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
         * Invite a person to enrol a passkey; the invitations that they had are withdrawn.
         * @description Takes `administer` on `countersign/control`.
         */
        post: operations["people.invite"];
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
         * Let a suspended person act again.
         * @description Takes `administer` on `countersign/control`.
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
         * State how risky a person looks, and why.
         * @description Takes `administer` on `countersign/control`.
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
         * End every session of a person, everywhere.
         * @description Takes `administer` on `countersign/control`.
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
         * Let a person do nothing; their sessions end.
         * @description Takes `administer` on `countersign/control`.
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
         * Ask every decision of a span of the policies that run, and of others.
         * @description Takes `read` on `countersign/control`.
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
         * The policies in force.
         * @description Takes `read` on `countersign/control`.
         */
        get: operations["policies.show"];
        /**
         * Publish a policy set: the whole.
         * @description Takes `administer` on `countersign/control`.
         */
        put: operations["policies.publish"];
        post?: never;
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
         * The files that were published last.
         * @description Takes `read` on `countersign/control`.
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
    "/api/v1/policies/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The versions of the policy set that were in force, the newest first.
         * @description Takes `read` on `countersign/control`.
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
         * What the owners of the policies in force should look at.
         * @description Takes `read` on `countersign/control`.
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
         * @description Takes `administer` on `countersign/control`.
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
         * The policy file that a newly protected application begins with.
         * @description Takes `read` on `countersign/control`.
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
    "/api/v1/projections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far each projection of the journal is.
         * @description Takes `read` on `countersign/control`.
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
         * Build a projection anew from the journal; as a dry run, fold it again and tell which rows differ.
         * @description Takes `administer` on `countersign/control`.
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
         * Ask every access of a span that went ahead again, without each item of its evidence.
         * @description Takes `administer` on `countersign/control`.
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
         * Commands that take two people, the newest first.
         * @description Takes `read` on `countersign/approvals`.
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
         * One proposal, with every fact that it states.
         * @description Takes `read` on `countersign/approvals`.
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
         * Countersign another person's proposal, which is then carried out.
         * @description Takes `write` on `countersign/approvals`.
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
         * Refuse a proposal, or take one's own back.
         * @description Takes `write` on `countersign/approvals`.
         */
        post: operations["proposals.refuse"];
        delete?: never;
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
         * Ask a question in SQL over decisions, sessions and facts; it only reads, and is bounded.
         * @description Takes `read` on `countersign/control`.
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
         * The tables that can be asked, with their columns.
         * @description Takes `read` on `countersign/control`.
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
         * What a person could do with every resource: now, with more evidence, or not at all.
         * @description Takes `read` on `countersign/control`. For oneself: `countersign/self`.
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
         * Who could do something with a resource: now, with more evidence, or not at all.
         * @description Takes `read` on `countersign/control`.
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
         * Ask every decision of a span again, as it was.
         * @description Takes `read` on `countersign/control`.
         */
        post: operations["replays.start"];
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
         * The staged rollouts, the newest first.
         * @description Takes `read` on `countersign/control`.
         */
        get: operations["rollouts.list"];
        put?: never;
        /**
         * Let a policy in its shadow stage count for a sample of people that grows.
         * @description Takes `administer` on `countersign/control`.
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
         * One staged rollout.
         * @description Takes `read` on `countersign/control`.
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
         * Take the next step now, before its time.
         * @description Takes `administer` on `countersign/control`.
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
         * Take a rollout back: its policy counts for nobody.
         * @description Takes `administer` on `countersign/control`.
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
         * What is done every so often, and how it went last.
         * @description Takes `read` on `countersign/control`.
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
         * Every service account.
         * @description Takes `read` on `countersign/control`.
         */
        get: operations["services.list"];
        put?: never;
        /**
         * Make a service account.
         * @description Takes `administer` on `countersign/control`.
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
         * One service account.
         * @description Takes `read` on `countersign/control`.
         */
        get: operations["services.show"];
        put?: never;
        post?: never;
        /**
         * Remove a service account, and its tokens with it.
         * @description Takes `administer` on `countersign/control`.
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
         * Issue a bearer token. It is shown once.
         * @description Takes `administer` on `countersign/control`.
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
         * Every session that has not ended.
         * @description Takes `read` on `countersign/control`. For oneself: `countersign/self`.
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
         * End a session, everywhere.
         * @description Takes `administer` on `countersign/control`.
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
         * Applications, labels and exceptions as they are, as a whole.
         * @description Takes `read` on `countersign/control`.
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
         * Gather what the policies in their shadow stage would have done to the decisions of a span.
         * @description Takes `read` on `countersign/control`.
         */
        post: operations["shadow.start"];
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
         * How the installation is.
         * @description Takes `read` on `countersign/control`.
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
         * @description Takes `administer` on `countersign/control`.
         */
        delete: operations["tokens.revoke"];
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
         * The implicit-trust register, what most accesses rest on first.
         * @description Takes `read` on `countersign/control`.
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
         * Put on record who authorised entries of the register.
         * @description Takes `administer` on `countersign/control`.
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
         * How the implicit-trust register stands.
         * @description Takes `read` on `countersign/control`.
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
         * Name the person who answers for entries of the register.
         * @description Takes `administer` on `countersign/control`.
         */
        post: operations["trusts.own"];
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
        /** Ask, as a proxy, whether a request may pass. */
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
        /** @description The operator's word that a journal is believed although it does not hold what was remembered of it. */
        AcceptedHead: {
            /** @description When. */
            at: components["schemas"]["Moment"];
            /** @description The process that had remembered more. */
            gate: string;
            /**
             * Format: int64
             * @description The place of the fact in the journal.
             */
            seq: number;
            /** @description Why, in the operator's words. */
            why: string;
        };
        /** @enum {string} */
        Action: "read" | "write" | "download" | "connect" | "administer";
        /** @description An application as it is declared now, with the labels that were given since. */
        Application: {
            /** @description What it was declared as. */
            declared: components["schemas"]["Declaration"];
            /** @description The labels that were given to its resources since; they go before those in the declaration. */
            labels: {
                [key: string]: components["schemas"]["Sensitivity"];
            };
            /** @description Its name. */
            name: components["schemas"]["ApplicationName"];
        };
        /**
         * @description The protocol that an application speaks: which gate serves it, and which fields declare it.
         * @enum {string}
         */
        ApplicationKind: "http";
        /** @example wiki */
        ApplicationName: string;
        /** @description How many accesses to an application depend on what. */
        ApplicationShare: {
            /**
             * Format: int64
             * @description Accesses that went ahead.
             */
            accesses: number;
            /** @description The application. */
            application: components["schemas"]["ApplicationName"];
            /** @description By item, those that would be denied without it. */
            depends: {
                [key: string]: number;
            };
            /** @description How sensitive what was asked for is. */
            sensitivity: components["schemas"]["Sensitivity"];
        };
        /**
         * @description Whether an application's refusals are carried out.
         * @enum {string}
         */
        ApplicationStage: "observe" | "enforce";
        /** @description What was archived, or would be. */
        ArchiveReport: {
            /** @description Facts that are not older than this moment stay. */
            before: components["schemas"]["Moment"];
            /**
             * Format: int64
             * @description How many facts left the journal's store.
             */
            deleted: number;
            /** @description Whether this only says what would be done. */
            dry_run: boolean;
            /** @description The archive files that were written. */
            files: components["schemas"]["ArchivedFile"][];
            /**
             * Format: int64
             * @description The last fact that is archived, now or from before: that of the newest checkpoint before the moment; 0 when there is none.
             */
            until: number;
        };
        /** @description An archive file. */
        ArchivedFile: {
            /**
             * Format: int64
             * @description Its length, once it is written.
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
        /** @description A key that assertions are, or were, signed with. Each gate has one of its own. */
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
            /** @description What it is good for. */
            state: components["schemas"]["KeyState"];
        };
        /** @enum {string} */
        Assurance: "aal1" | "aal2" | "aal3";
        /** @description How the principal had proved who they are. */
        Authentication: {
            /**
             * Format: int64
             * @description Seconds since it happened.
             */
            age_seconds: number;
            /** @description How sure that proof makes us. */
            assurance: components["schemas"]["Assurance"];
            /** @description The passkey that was used. */
            credential: components["schemas"]["CredentialId"];
            /** @description The method. */
            method: string;
            /** @description Whether a look-alike site could not have relayed it. */
            phishing_resistant: boolean;
        };
        /**
         * @description On how much of what was recorded a report rests. What is missing is never counted as fine: a figure that could be lower
         *     with it is lower, and the verdict is unknown.
         */
        Basis: {
            /** @description Everything that keeps the verdict from being known, each in a sentence. */
            gaps: string[];
            /**
             * Format: int64
             * @description Decisions of the span that were read.
             */
            recorded: number;
            /**
             * Format: int64
             * @description Decisions that were read and could not be asked again.
             */
            unanswered: number;
            /**
             * Format: int64
             * @description Files and other parts of the evidence that could not be read, or are not what was anchored.
             */
            unread: number;
            /**
             * Format: int64
             * @description How many decisions those hold, at most; none when nobody can tell.
             */
            unread_decisions?: number | null;
            /** @description Whether a verdict can be drawn from the report. */
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
         * @description What is known of whether there is such a request.
         * @enum {string}
         */
        Certainty: "never" | "possible" | "unknown";
        /**
         * @description What happened to a file.
         * @enum {string}
         */
        Change: "added" | "changed" | "removed";
        /** @enum {string} */
        CheckResult: "pass" | "fail" | "unknown";
        /** @enum {string} */
        Cohort: "employee" | "contractor" | "vendor" | "service" | "anonymous";
        /** @description What came of an access. */
        Completion: {
            /** @description When it ended. */
            at: components["schemas"]["Moment"];
            /**
             * Format: int64
             * @description Bytes from the client.
             */
            bytes_in: number;
            /**
             * Format: int64
             * @description Bytes to the client.
             */
            bytes_out: number;
            /**
             * Format: int64
             * @description Microseconds from the decision to the end.
             */
            duration_micros: number;
            /** @description How it ended: `finished`, `revoked`, `client_gone`, `upstream_failed`, `timed_out` or `drained`. */
            ended: string;
            /**
             * Format: int32
             * @description The status answered.
             */
            status: number;
        };
        /**
         * @description Whether a part of a process works.
         * @enum {string}
         */
        ComponentCondition: "running" | "restarting" | "failed" | "stopped";
        /** @description How a part of a process is. */
        ComponentStatus: {
            /** @description Whether accesses depend on it: without it, the process is not ready. */
            essential: boolean;
            /**
             * Format: int64
             * @description How many seconds ago that was.
             */
            failed_seconds_ago?: number | null;
            /**
             * Format: int64
             * @description How often it failed since the process began.
             */
            failures: number;
            /** @description Why it failed last. */
            last_failure?: string | null;
            /**
             * @description Its name.
             * @example evidence upkeep
             */
            name: string;
            /** @description How it is now. */
            state: components["schemas"]["ComponentCondition"];
        };
        /** @description What is countersigned. */
        Countersigning: {
            /** @description The digest of the proposal as it was read. */
            digest: components["schemas"]["Digest"];
        };
        /** @description How many there are of each thing. */
        Counts: {
            /**
             * Format: int64
             * @description People who administer the installation and are not suspended.
             */
            administrators: number;
            /**
             * Format: int64
             * @description Of those, the ones who have a passkey.
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
             * @description Grants that nobody has answered.
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
        /** @description A passkey's public part. */
        Credential: {
            /** @description What signing in with it gives. */
            assurance: components["schemas"]["Assurance"];
            /** @description Its id. */
            id: components["schemas"]["CredentialId"];
            /** @description What its owner calls it. */
            name: string;
            /** @description Whose it is. */
            person: components["schemas"]["PersonId"];
            /** @description When it was registered. */
            registered_at: components["schemas"]["Moment"];
        };
        /** @example key_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        CredentialId: string;
        /** @description One decision, with exactly what it read. */
        Decision: {
            /** @description What they wanted to do. */
            action: components["schemas"]["Action"];
            /** @description The application asked for. */
            application: components["schemas"]["ApplicationName"];
            /** @description When it fell. */
            at: components["schemas"]["Moment"];
            authentication?: components["schemas"]["Authentication"] | null;
            /** @description Why there was a decision to make: `first`, `reused`, `reasked` or `cut`. */
            cause: string;
            completion?: components["schemas"]["Completion"] | null;
            /** @description The media type of the answer, where the decision read it. */
            content_type?: string | null;
            device?: components["schemas"]["DeviceId"] | null;
            device_evidence?: components["schemas"]["DeviceEvidence"] | null;
            /** @description Which way it fell: `allow` or `deny`. */
            effect: string;
            /** @description False when a denial was let through because the application is only observed. */
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
            /** @description What exactly: a canonical path without its query, or an AuthZEN resource id. */
            item: string;
            /** @description False when that is only because nobody labelled it. */
            labelled: boolean;
            /**
             * Format: int32
             * @description Microseconds from the question to the answer.
             */
            latency_micros: number;
            /** @description The protocol's word for it. */
            operation: string;
            place?: components["schemas"]["Place"] | null;
            /** @description The version of the policy set. */
            policies: components["schemas"]["Digest"];
            /** @description Who asked. */
            principal: components["schemas"]["Principal"];
            /** @description Their name as it is now, while they are in the inventory. */
            principal_name?: string | null;
            /** @description The policies that determined it. */
            reasons: components["schemas"]["PolicyId"][];
            /** @description What would have turned a denial. */
            remedies: string[];
            /** @description The resource asked for. */
            resource: components["schemas"]["ResourceName"];
            /** @description How risky the principal looked. */
            risk: components["schemas"]["RiskLevel"];
            /** @description How sensitive the resource counted as. */
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
            /** @description The shadow-stage policies that would have changed it. */
            shadow: components["schemas"]["PolicyId"][];
            /** @description What a decision client said of the item; empty from a gate. */
            tags?: {
                [key: string]: string;
            };
            /**
             * Format: int64
             * @description The sequence in the journal of the last fact that it knew.
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
        /** @description Where the decision point is. */
        DecisionPointMetadata: {
            /** @description Where one question is asked. */
            access_evaluation_endpoint: string;
            /** @description Where several are asked. */
            access_evaluations_endpoint: string;
            /** @description Its origin, by the name that was asked. */
            policy_decision_point: string;
        };
        /** @description Decisions, newest first. */
        Decisions: {
            /** @description What could not be read, and why. With an entry here the list may lack decisions. */
            incomplete?: string[];
            /** @description The decisions. */
            items: components["schemas"]["Decision"][];
            /** @description Whether the limit cut the list: older decisions match too. A list of 10,000 is taken for one that was cut. */
            more?: boolean;
            /** @description Continue the list after its last decision: the query parameter `cursor` of the next request. Absent on the last page. */
            next?: string | null;
        };
        /** @description What an application is. The same as an application file, in JSON. */
        Declaration: {
            /** @description The header in which the upstream receives the signed assertion of who asks. */
            assertion_header?: string;
            /** @description Media types that count as a download, as `type/subtype` or `type/*`. */
            download_types?: string[];
            /** @description The hosts under which people reach it, in lower case, without a port. */
            hosts: string[];
            /** @description The protocol that it speaks; left out, it is `http`. */
            kind?: components["schemas"]["ApplicationKind"];
            /** @description The words that an AuthZEN client of this application uses for its actions, and what they mean here. */
            operations?: {
                [key: string]: components["schemas"]["Action"];
            };
            /** @description Who answers for it, in words (a team or a person). */
            owner: string;
            /**
             * @description The request headers that it is told, in lower case, beside those of HTTP itself; null leaves that to the gate's
             *     rules.
             */
            request_headers?: string[] | null;
            /**
             * @description Its named parts, tried in order: the first route that matches a request names its resource. A request that
             *     none matches belongs to the part `other`.
             */
            resources?: components["schemas"]["Resource"][];
            sensitivity?: components["schemas"]["Sensitivity"] | null;
            /** @description Whether refusals are only recorded, or carried out. */
            stage?: components["schemas"]["ApplicationStage"];
            /** @description What people call it. */
            title: string;
            /**
             * @description Where the gate forwards to: an origin such as `http://127.0.0.1:3000`.
             * @example http://127.0.0.1:3000
             */
            upstream: string;
        };
        /** @description A device in the inventory. */
        Device: {
            /** @description What that report found. */
            checks: {
                [key: string]: components["schemas"]["CheckResult"];
            };
            collected_at?: components["schemas"]["Moment"] | null;
            /** @description Whether every check passed. */
            compliant: boolean;
            /** @description Its id. */
            id: components["schemas"]["DeviceId"];
            key_sha256?: components["schemas"]["Digest"] | null;
            /** @description Whether the organisation manages it. */
            managed: boolean;
            /** @description What its owner calls it. */
            name: string;
            owner?: components["schemas"]["PersonId"] | null;
            /** @description Its operating system, in words. */
            platform: string;
            /**
             * Format: int64
             * @description Seconds since then.
             */
            posture_age_seconds?: number | null;
        };
        /** @description What was known of the device. */
        DeviceEvidence: {
            /** @description Whether every posture check passed. */
            compliant: boolean;
            /** @description The checks that did not pass. */
            failing: components["schemas"]["PostureCheck"][];
            /** @description Whether we manage it. */
            managed: boolean;
            /**
             * Format: int64
             * @description Seconds since the posture was last reported or observed to be still so; none when it never reported.
             */
            posture_age_seconds?: number | null;
            /** @description Whether the connection proved that it is this device. */
            proved: boolean;
        };
        /** @example dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        DeviceId: string;
        /** @description A row that is not what the journal comes to. */
        DifferingRow: {
            /** @description The key of the row. */
            key: string;
            /** @description The table. */
            table: string;
            /** @description What differs, in words. */
            what: string;
        };
        /** @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 */
        Digest: string;
        /** @description One question: may the subject do this with that? */
        Evaluation: {
            /** @description What they want to do. */
            action: components["schemas"]["EvaluationAction"];
            context?: components["schemas"]["EvaluationContext"] | null;
            /** @description With what. */
            resource: components["schemas"]["EvaluationResource"];
            /** @description Who. */
            subject: components["schemas"]["EvaluationSubject"];
        };
        /** @description What they want to do. */
        EvaluationAction: {
            /** @description A word that the application's `operations` know, or an action of ours. */
            name: string;
            /** @description What the client says of it: policies read it as the tag `action.NAME`. */
            properties?: {
                [key: string]: components["schemas"]["PropertyValue"];
            } | null;
        };
        /** @description The answer to one question. */
        EvaluationAnswer: {
            /** @description Why, and what would help. */
            context: components["schemas"]["EvaluationWhy"];
            /** @description Whether they may. */
            decision: boolean;
        };
        /** @description What else is known. */
        EvaluationContext: {
            /**
             * Format: ip
             * @description The address that they ask from.
             */
            ip_address?: string | null;
            /** @description The value of the person's cookie at the application: brings the evidence of their session. */
            session?: string | null;
        };
        /** @description Why a question could not be asked. */
        EvaluationError: {
            /** @description In words. */
            message: string;
            /**
             * Format: int32
             * @description As an HTTP status.
             */
            status: number;
        };
        /** @description What they want to do it with. */
        EvaluationResource: {
            /** @description Which one. */
            id: string;
            /** @description What the client says of it: policies read it as tags. No name begins with `subject.` or `action.`. */
            properties?: {
                [key: string]: components["schemas"]["PropertyValue"];
            } | null;
            /** @description The part of the application. */
            type: string;
        };
        /** @description Who is asked about. */
        EvaluationSubject: {
            /** @description Their id, address or alias. */
            id: string;
            /** @description What the client says of them: policies read it as the tag `subject.NAME`. */
            properties?: {
                [key: string]: components["schemas"]["PropertyValue"];
            } | null;
            /** @description `user`, `identity` or `person` for a person, `service` for a service account. */
            type: string;
        };
        /** @description Why an answer is as it is. */
        EvaluationWhy: {
            error?: components["schemas"]["EvaluationError"] | null;
            id?: components["schemas"]["DecisionId"] | null;
            /** @description True where the application is only observed, and the denial is not carried out. */
            observed?: boolean | null;
            /** @description The policies that determined it, or what was not known. */
            reasons?: components["schemas"]["RefusalReason"][];
            /** @description The smallest evidence that would have let it pass. */
            remedies?: components["schemas"]["RefusalRemedy"][];
        };
        /** @description Several questions. What an item lacks, it takes from beside the list, whole. */
        Evaluations: {
            action?: components["schemas"]["EvaluationAction"] | null;
            context?: components["schemas"]["EvaluationContext"] | null;
            /** @description The questions, 1,000 at most. An item that cannot be asked is answered with no. */
            evaluations: Record<string, never>[];
            options?: components["schemas"]["EvaluationsOptions"] | null;
            resource?: components["schemas"]["EvaluationResource"] | null;
            subject?: components["schemas"]["EvaluationSubject"] | null;
        };
        /** @description The answers to several questions, in their order. */
        EvaluationsAnswer: {
            /** @description One for each question that was answered. */
            evaluations: components["schemas"]["EvaluationAnswer"][];
        };
        /** @description How several questions are answered. */
        EvaluationsOptions: {
            evaluations_semantic?: components["schemas"]["EvaluationsSemantic"] | null;
        };
        /**
         * @description When a list of questions has had enough.
         * @enum {string}
         */
        EvaluationsSemantic: "execute_all" | "deny_on_first_deny" | "permit_on_first_permit";
        /**
         * @description What can be wrong with a file of the evidence.
         * @enum {string}
         */
        EvidenceFault: "altered" | "missing" | "added" | "contested" | "damaged" | "unreadable";
        /** @description A file of the evidence that is not as it must be. */
        EvidenceFinding: {
            /** @description What is wrong with it. */
            fault: components["schemas"]["EvidenceFault"];
            /** @description Which, by its path in the folder of the evidence. */
            path: string;
            /** @description In words, with what to do. */
            why: string;
        };
        /**
         * @description How recording goes, in a word.
         * @enum {string}
         */
        EvidenceHealth: "healthy" | "backlog" | "failing";
        /** @description An item of evidence. */
        EvidenceItem: {
            /**
             * Format: int64
             * @description How old it was, where it has an age.
             */
            age_seconds?: number | null;
            /** @description Which: `identity`, `session`, `device`, `posture`, `place`, `risk`, `grant`, `label`, `exception`. */
            item: string;
            /** @description What was known, in words. */
            text: string;
        };
        /** @description What a verification of the evidence found. */
        EvidenceReport: {
            /**
             * Format: int64
             * @description Of the files, those that were anchored some time after they were made: nothing vouches for the time between.
             */
            anchored_late: number;
            /**
             * Format: int64
             * @description Files that are what they were when they were anchored.
             */
            files: number;
            /** @description What is not as it must be. */
            findings: components["schemas"]["EvidenceFinding"][];
            gone_before?: components["schemas"]["Moment"] | null;
            /**
             * Format: int64
             * @description Files that have expired or were compacted, and are about to be removed.
             */
            leaving: number;
            /**
             * Format: int64
             * @description More of that than is listed.
             */
            more: number;
            /**
             * Format: int64
             * @description Records in them.
             */
            records: number;
            /**
             * Format: int64
             * @description Rows in them.
             */
            rows: number;
            /**
             * Format: int64
             * @description Segments, not yet Parquet and so not anchored, of which every frame is whole.
             */
            segments: number;
            store?: components["schemas"]["StoreReport"] | null;
            /**
             * Format: int64
             * @description Files that were just made and wait to be anchored; what they were made of is still there.
             */
            waiting: number;
            /** @description Whether everything is as it must be. */
            whole: boolean;
        };
        /** @description How recording goes. */
        EvidenceStatus: {
            /**
             * Format: int64
             * @description Bytes of records that wait for the disk.
             */
            backlog_bytes: number;
            /**
             * Format: int64
             * @description The bound on them.
             */
            backlog_limit: number;
            /**
             * Format: int64
             * @description Refusals of people who were not signed in of which only the number is recorded, since then.
             */
            dropped?: number;
            /**
             * Format: int64
             * @description Refusals of people who were not signed in that are recorded with others like them, since then.
             */
            folded?: number;
            /** @description In a word. */
            health: components["schemas"]["EvidenceHealth"];
            /** @description What is the matter, when something is. */
            problem?: string | null;
            /**
             * Format: int64
             * @description Records taken since the process began.
             */
            recorded: number;
            /**
             * Format: int64
             * @description Records refused since then.
             */
            refused: number;
            store?: components["schemas"]["StoreStatus"] | null;
        };
        /** @description An exception that was not ended. */
        Exception: {
            application?: components["schemas"]["ApplicationName"] | null;
            /** @description Who allowed it, in words. */
            authority: string;
            /** @description Whether its time is over. */
            expired: boolean;
            /** @description When it ends by itself. */
            expires_at: components["schemas"]["Moment"];
            group?: components["schemas"]["GroupName"] | null;
            /** @description Its id. */
            id: components["schemas"]["ExceptionId"];
            /** @description When it was opened. */
            opened_at: components["schemas"]["Moment"];
            /** @description Who answers for it. */
            owner: components["schemas"]["PersonId"];
            person?: components["schemas"]["PersonId"] | null;
            /** @description The guardrail that does not hold. */
            policy: components["schemas"]["PolicyId"];
            /** @description Why. */
            reason: string;
        };
        /** @example exc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        ExceptionId: string;
        /** @description An exception as a working folder holds it: by what it says, since one that is new has no id yet. */
        ExceptionSetting: {
            application?: components["schemas"]["ApplicationName"] | null;
            /** @description Who allowed it, in words. */
            authority: string;
            /** @description When it ends by itself: at most a year from now. */
            expires_at: components["schemas"]["Moment"];
            group?: components["schemas"]["GroupName"] | null;
            /** @description Who answers for it: a person's id, address or alias. */
            owner: string;
            /** @description For one person: an id, address or alias. Name a person or a group. */
            person?: string | null;
            /** @description The guardrail that does not hold. It must be one that reads exceptions. */
            policy: components["schemas"]["PolicyId"];
            /** @description Why. */
            reason: string;
        };
        /** @description What an exception was good for. */
        ExceptionUse: {
            /**
             * Format: int64
             * @description Accesses of the span that it covered and that went ahead.
             */
            accesses: number;
            /** @description The exception. */
            exception: components["schemas"]["ExceptionId"];
            expires_at?: components["schemas"]["Moment"] | null;
            /**
             * Format: int64
             * @description Of these, the ones that would have been denied without it.
             */
            needed: number;
            owner?: components["schemas"]["PersonId"] | null;
            policy?: components["schemas"]["PolicyId"] | null;
        };
        /** @description The answers of a solver about a plan: of all requests that there can be, not only of those that were recorded. */
        Exhaustive: {
            /** @description What the change does, over all kinds of requests. */
            change: components["schemas"]["ExhaustiveChange"];
            /** @description Each kind of requests: who asks, and for what. */
            kinds: components["schemas"]["ExhaustiveKind"][];
            /** @description Whether any request at all would be allowed that is denied now. */
            newly_allowed: components["schemas"]["Certainty"];
            /** @description Whether any request at all would be denied that is allowed now. */
            newly_denied: components["schemas"]["Certainty"];
            /** @description Why nothing could be asked at all. Then nothing is known, and nothing of it is to be taken for fine. */
            not_asked?: string | null;
            /** @description What to do about that. */
            remedy?: string | null;
            /** @description The solver that was asked, such as `cvc5 1.0.3`; none when there is none. */
            solver?: string | null;
        };
        /** @description The answer to one question. */
        ExhaustiveAnswer: {
            /** @description What is known. */
            certainty: components["schemas"]["Certainty"];
            example?: components["schemas"]["ExhaustiveExample"] | null;
            /** @description Why it was not answered, when it was not. */
            why_not?: string | null;
        };
        /**
         * @description What a change does to all requests.
         * @enum {string}
         */
        ExhaustiveChange: "equivalent" | "tightens" | "loosens" | "both" | "unknown";
        /** @description A request that falls differently. It was made up; that it falls so was decided by both policy sets. */
        ExhaustiveExample: {
            application?: components["schemas"]["ApplicationName"] | null;
            /** @description What else the policies read of it. Whatever is not here can be anything. */
            particulars: components["schemas"]["Particular"][];
            /** @description The policies by which it would fall; none when it would be denied because nothing permits it. */
            planned: components["schemas"]["PolicyId"][];
            principal?: components["schemas"]["Principal"] | null;
            resource?: components["schemas"]["ResourceName"] | null;
            /** @description The policies by which it falls now; none when it is denied because nothing permits it. */
            running: components["schemas"]["PolicyId"][];
        };
        /** @description All requests of one kind of principal for one action. */
        ExhaustiveKind: {
            /** @description What they want to do. */
            action: components["schemas"]["Action"];
            /** @description Whether any of them would be allowed that is denied now. */
            newly_allowed: components["schemas"]["ExhaustiveAnswer"];
            /** @description Whether any of them would be denied that is allowed now. */
            newly_denied: components["schemas"]["ExhaustiveAnswer"];
            /** @description Who asks: `person`, `service` or `anonymous`. */
            principal: string;
        };
        /** @description One decision, and why it fell as it did. */
        Explained: {
            /** @description The decision. */
            decision: components["schemas"]["Decision"];
            /** @description Why. */
            explanation: components["schemas"]["Explanation"];
        };
        /** @description Why a decision fell as it did, in plain words. */
        Explanation: {
            /** @description On which facts and policies it rests. */
            basis: string;
            /** @description The policies that determined it. */
            determined_by: components["schemas"]["PolicyCited"][];
            /** @description What it read, an item each. */
            evidence: components["schemas"]["EvidenceItem"][];
            /** @description What else there is to know: exceptions, an observed application, policies on trial, errors. */
            notes: string[];
            /** @description What would have turned a denial, a sentence each. */
            remedies: string[];
            /** @description One sentence: who, what, when, and which way it fell. */
            summary: string;
            /** @description All of the above as text for a terminal. */
            text: string;
        };
        /** @description How a decision fell. */
        Fell: {
            /** @description `allow` or `deny`. */
            effect: string;
            /** @description False when a denial was let through because the application is only observed. */
            enforced: boolean;
            /** @description The policies that determined it. */
            reasons: components["schemas"]["PolicyId"][];
        };
        /** @description A share, with what it is a share of. */
        Figure: {
            /**
             * Format: int64
             * @description How many accesses it is true of.
             */
            accesses: number;
            /**
             * Format: int64
             * @description Of how many; what is unknown is among them.
             */
            of: number;
            /**
             * Format: double
             * @description The share, from 0 to 1; none when there were none, or nobody can tell of how many.
             */
            share?: number | null;
        };
        /** @description A file that is not as it was. */
        FileChange: {
            /** @description What happened to it. */
            change: components["schemas"]["Change"];
            /** @description Its path within the policy folder. */
            path: string;
        };
        /**
         * @description How much a finding matters.
         * @enum {string}
         */
        FindingSeverity: "note" | "warning" | "error";
        /** @description A just-in-time grant: asked for by one person, countersigned by another. */
        Grant: {
            /** @description Why it was refused or revoked. */
            answer?: string | null;
            /** @description Who answered: `operator`, a person id, a service account id, or `system:` and a part of the software. */
            answered_by?: string | null;
            /** @description For which application. */
            application: components["schemas"]["ApplicationName"];
            /**
             * Format: int32
             * @description For how many seconds, counted from the approval.
             */
            duration_seconds: number;
            /** @description Their address. */
            email: string;
            expires_at?: components["schemas"]["Moment"] | null;
            /** @description Its id. */
            id: components["schemas"]["GrantId"];
            /** @description Who asked. */
            person: components["schemas"]["PersonId"];
            /** @description Why. */
            reason: string;
            /** @description When it was asked for. */
            requested_at: components["schemas"]["Moment"];
            /** @description Where it stands. */
            state: components["schemas"]["GrantState"];
        };
        /** @example gra_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        GrantId: string;
        /**
         * @description Where a grant stands.
         * @enum {string}
         */
        GrantState: "requested" | "active" | "expired" | "refused" | "revoked";
        /** @description A group. */
        Group: {
            /** @description Who is in it directly. */
            members: components["schemas"]["Member"][];
            /** @description Its name. */
            name: components["schemas"]["GroupName"];
            /** @description What it is for. */
            purpose: string;
        };
        /** @example editors */
        GroupName: string;
        /** @description What a guardrail did. */
        GuardrailUse: {
            /**
             * Format: int64
             * @description Accesses of the span that it denied.
             */
            denied: number;
            /** @description The guardrail. */
            policy: components["schemas"]["PolicyId"];
            /**
             * Format: int64
             * @description Distinct questions that it would have denied with an item of their evidence taken away.
             */
            would: number;
        };
        /** @description An invitation that was just issued. The link is shown once. */
        Invitation: {
            /** @description When it stops working. */
            expires_at: components["schemas"]["Moment"];
            /** @description Its id. */
            id: components["schemas"]["InvitationId"];
            /**
             * Format: uri
             * @description The link to give to them, over a channel that is theirs.
             */
            link: string;
            /** @description Who may use it. */
            person: components["schemas"]["PersonId"];
            proposal?: components["schemas"]["ProposalId"] | null;
            /** @description What it is for. */
            purpose: components["schemas"]["InvitationPurpose"];
        };
        /** @example inv_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        InvitationId: string;
        /**
         * @description What an invitation is for.
         * @enum {string}
         */
        InvitationPurpose: "enrol" | "recover";
        /** @description A token that was just issued. It is shown once. */
        IssuedToken: {
            application?: components["schemas"]["ApplicationName"] | null;
            /** @description When it stops working. */
            expires_at: components["schemas"]["Moment"];
            /** @description Its id. */
            id: components["schemas"]["TokenId"];
            proposal?: components["schemas"]["ProposalId"] | null;
            /** @description Whose it is. */
            service: components["schemas"]["ServiceId"];
            /**
             * @description The token, for the header `Authorization: Bearer`.
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
             * @description Accesses that would be denied without it.
             */
            depends: number;
            /** @description The item of evidence. */
            item: components["schemas"]["ItemOfEvidence"];
            /**
             * Format: int64
             * @description Of how many.
             */
            of: number;
        };
        /** @description A long run. */
        Job: {
            /**
             * Format: int64
             * @description Decisions asked again so far; of the evidence's upkeep, rows.
             */
            accesses: number;
            /** @description Who asked for it, in words. */
            asked_by?: string | null;
            /**
             * Format: int64
             * @description The questions that were decided for them so far; the rest had the answer of one of these.
             */
            decided: number;
            digest?: components["schemas"]["Digest"] | null;
            ended_at?: components["schemas"]["Moment"] | null;
            /** @description Why it failed, when it did. */
            error?: string | null;
            /**
             * @description Its id.
             * @example job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8
             */
            id: string;
            /** @description What it does. */
            kind: components["schemas"]["JobKind"];
            /** @description The process on whose files it works. */
            process?: string | null;
            result?: components["schemas"]["JobResult"] | null;
            /**
             * Format: double
             * @description How much is done, from 0 to 1: of the span that is read, or, of a plan that asks a solver, of both in halves.
             */
            share: number;
            /** @description The span whose decisions are asked again: not before this moment. */
            since: components["schemas"]["Moment"];
            /** @description When it began. */
            started_at: components["schemas"]["Moment"];
            /** @description How it is. */
            state: components["schemas"]["JobState"];
            /** @description And before this one. */
            until: components["schemas"]["Moment"];
        };
        /**
         * @description The kinds of long runs.
         * @enum {string}
         */
        JobKind: "replay" | "plan" | "proof" | "verify" | "anchor" | "compact" | "retain" | "shadow" | "archive";
        /** @description What a long run found or did: the report of its kind, with `kind` as one more field. */
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
        });
        /**
         * @description How a long run is.
         * @enum {string}
         */
        JobState: "running" | "finished" | "failed" | "cancelled";
        /** @description How far the journal goes. */
        JournalHead: {
            /**
             * @description Both as one text: keep it somewhere else, and give it to a verification.
             * @example 12:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
             */
            anchor: string;
            /** @description Its hash, which stands for everything before it. */
            hash: components["schemas"]["Digest"];
            /**
             * Format: int64
             * @description The place of the last entry.
             */
            seq: number;
        };
        /** @description How the journal is. */
        JournalStatus: {
            accepted?: components["schemas"]["AcceptedHead"] | null;
            /**
             * Format: int64
             * @description The last entry that was moved to an archive file; 0 when none was.
             */
            archived_until?: number;
            /**
             * Format: int64
             * @description The entry of the checkpoint that this process began with; none when it folded everything.
             */
            begun_at?: number | null;
            /** @description Why it cannot be followed any further, if that is so. */
            broken?: string | null;
            /** @description Whether it was read to its end in the last ten seconds. */
            connected: boolean;
            /** @description Why the world may not be what the facts add up to, if there is a reason to think so. */
            doubt?: string | null;
            head?: components["schemas"]["JournalHead"] | null;
            remembered?: components["schemas"]["RememberedHead"] | null;
        };
        /** @description The public keys that assertions to applications are signed with (RFC 7517). */
        KeySet: {
            /** @description Each key. */
            keys: Record<string, never>[];
        };
        /**
         * @description What a key is good for.
         * @enum {string}
         */
        KeyState: "signs" | "leaving" | "over";
        /** @description A label to be given or taken away. */
        Label: {
            sensitivity: components["schemas"]["Sensitivity"] | null;
        };
        Limit: number;
        /** @description How full a listener is. */
        ListenerStatus: {
            /**
             * Format: int64
             * @description How often the system had no connection to give, since then.
             */
            failures: number;
            /**
             * Format: int64
             * @description How often all places were taken when one more came, since then.
             */
            full: number;
            /**
             * Format: int64
             * @description Connections that may be.
             */
            limit: number;
            /**
             * Format: int64
             * @description Those of the address that has the most.
             */
            most_of_one_address: number;
            /**
             * @description Which one.
             * @example gate
             */
            name: string;
            /**
             * Format: int64
             * @description Connections that are open.
             */
            open: number;
            /**
             * Format: int64
             * @description Connections closed at once since the process began, because their address had its share.
             */
            refused: number;
            /**
             * Format: int64
             * @description How many seconds ago it last turned anybody away or let them wait; none when it never did.
             */
            saturated_seconds_ago?: number | null;
        };
        /** @description Whoever is in a group. */
        Member: {
            /** @description The person's or service account's id, or the group's name. */
            id: string;
            /** @description What kind of member. */
            kind: components["schemas"]["MemberKind"];
            /** @description What people call it. */
            name: string;
        };
        /**
         * @description The kinds of members.
         * @enum {string}
         */
        MemberKind: "person" | "service" | "group";
        Moment: string | "never";
        /**
         * @description A network that addresses are named by: policies read its name in `context.place.network`. An address in none of them
         *     lies `elsewhere`.
         */
        NamedNetwork: {
            /**
             * @description Its name.
             * @example office
             */
            name: string;
            /**
             * @description Its ranges, in order. Where ranges of several networks hold an address, the longest prefix names it.
             * @example [
             *       "192.0.2.0/24",
             *       "2001:db8::/32"
             *     ]
             */
            ranges: string[];
        };
        /** @description Old facts to be archived. */
        NewArchive: {
            before?: components["schemas"]["Moment"] | null;
            /** @description Only say what would be archived. */
            dry_run?: boolean;
        };
        /** @description A device that comes into the inventory, or what is known of one from now on: the whole, not the difference. */
        NewDevice: {
            /** @description Its client certificate in PEM, from which the public key is taken. Give this or `key_sha256`, not both. */
            certificate?: string | null;
            key_sha256?: components["schemas"]["Digest"] | null;
            /** @description Whether the organisation manages it. */
            managed?: boolean;
            /** @description What its owner calls it. */
            name: string;
            /** @description Whose it is: a person's id, address or alias; none for a shared machine. */
            owner?: string | null;
            /** @description Its operating system, in words. */
            platform: string;
        };
        /** @description A verification to be run: every file of this process against its anchor. */
        NewEvidenceVerification: {
            since?: components["schemas"]["Moment"] | null;
            /** @description Also compare the copies in the store, each read to its last byte. */
            store?: boolean;
        };
        /** @description An exception to be opened. */
        NewException: {
            application?: components["schemas"]["ApplicationName"] | null;
            /** @description Who allowed it, in words. */
            authority: string;
            expires_at?: components["schemas"]["Moment"] | null;
            /**
             * Format: int64
             * @description After how many seconds it ends by itself.
             */
            expires_in_seconds?: number | null;
            group?: components["schemas"]["GroupName"] | null;
            /** @description Who answers for it: a person's id, address or alias. */
            owner: string;
            /** @description For one person: an id, address or alias. Name a person or a group. */
            person?: string | null;
            /** @description The guardrail that shall not hold. It must be one that reads exceptions. */
            policy: components["schemas"]["PolicyId"];
            /** @description Why. */
            reason: string;
        };
        /** @description A grant to be asked for. */
        NewGrant: {
            /** @description For which application. */
            application: components["schemas"]["ApplicationName"];
            /**
             * Format: int32
             * @description For how many seconds, counted from the approval: one minute to twelve hours.
             */
            duration_seconds: number;
            /**
             * @description For whom: an id, address or alias. Only the machine's operator may name somebody; everybody else asks for
             *     themselves.
             */
            person?: string | null;
            /** @description Why; whoever approves it reads this. */
            reason: string;
        };
        /** @description A group to be made. */
        NewGroup: {
            /** @description Its name; the name of a group that was removed is never taken again. */
            name: components["schemas"]["GroupName"];
            /** @description What it is for. */
            purpose: string;
        };
        /** @description A wish to invite somebody to enrol a passkey. */
        NewInvitation: {
            /**
             * Format: int64
             * @description For how many seconds the link works, at most 30 days; none: one day.
             */
            expires_in_seconds?: number | null;
            /** @description What it is for. */
            purpose?: components["schemas"]["InvitationPurpose"];
        };
        /** @description Somebody who comes into the inventory, or what is known of somebody from now on: the whole, not the difference. */
        NewPerson: {
            /** @description The ids under which other systems know them; no two people share one. */
            aliases?: string[];
            /**
             * @description Their mail address; no two people share one. It is kept in lower case.
             * @example ada@example.org
             */
            email: string;
            /** @description On what terms they are here. */
            kind?: components["schemas"]["PersonKind"];
            /** @description What they are called. */
            name: string;
        };
        /** @description A plan to be made: every decision of the span is asked of the policies that run and of these. */
        NewPlan: {
            /** @description Whether a solver is asked too, about every request there can be. */
            exhaustive?: boolean;
            /** @description Each file's text by its path within the policy folder: the whole set, as it would be published. */
            files: {
                [key: string]: string;
            };
            settings?: components["schemas"]["Settings"] | null;
            since?: components["schemas"]["Moment"] | null;
            until?: components["schemas"]["Moment"] | null;
        };
        /** @description A proof to be made: every access of the span that went ahead is asked again without each item of its evidence. */
        NewProof: {
            /** @description True to write nothing to the register: what would change there is shown. */
            dry_run?: boolean;
            since?: components["schemas"]["Moment"] | null;
            until?: components["schemas"]["Moment"] | null;
        };
        /** @description A question in SQL. */
        NewQuery: {
            /** @description Ask only what lies in the folder of the process that answers, and leave out what only its store has. */
            local?: boolean;
            /**
             * Format: int32
             * @description At most so many rows; none: 10,000.
             */
            max_rows?: number | null;
            /** @description One SELECT over the tables that `/query/tables` lists. */
            sql: string;
            /**
             * Format: int32
             * @description How many seconds it may take; none: 30.
             */
            timeout_seconds?: number | null;
        };
        /** @description A replay to be run: every decision of the span is asked again as it was. */
        NewReplay: {
            since?: components["schemas"]["Moment"] | null;
            until?: components["schemas"]["Moment"] | null;
        };
        /** @description A rollout to be started: a policy in its shadow stage counts for a sample of people that grows step by step. */
        NewRollout: {
            /**
             * @description Why it is started although the report or the plan does not know everything. It goes on record with `why`; without
             *     it one whose verdict is unknown is refused, unless it is only looked at.
             */
            accept_unknown?: string | null;
            /** @description Only say what it would be. */
            dry_run?: boolean;
            /** @description What halts it, such as `newly denied people > 3`; none: more newly denied people than the report or the plan named. */
            halt_if?: string | null;
            id?: components["schemas"]["RolloutId"] | null;
            /** @description The percentages, rising, the last of them 100. */
            percents: number[];
            /** @description The policy, which is in its shadow stage. */
            policy: components["schemas"]["PolicyId"];
            /**
             * @description The finished shadow report or plan that was seen before.
             * @example job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8
             */
            rehearsal?: string | null;
            /**
             * Format: int64
             * @description For how many seconds each is watched before the next.
             */
            watch_seconds: number;
            /** @description Why; it goes on record. */
            why?: string | null;
        };
        /** @description A service account to be made. */
        NewService: {
            /** @description What people call it; no two share a name. */
            name: string;
            /** @description Who answers for it: a person's id, address or alias. */
            owner: string;
            /** @description What it does. */
            purpose: string;
        };
        /** @description A shadow report to be made: what the policies in their shadow stage would have done to the decisions of the span. */
        NewShadowReport: {
            policy?: components["schemas"]["PolicyId"] | null;
            since?: components["schemas"]["Moment"] | null;
            until?: components["schemas"]["Moment"] | null;
        };
        /** @description A token to be issued. */
        NewToken: {
            application?: components["schemas"]["ApplicationName"] | null;
            /**
             * @description The commands that its holder may give, by the names of this document's operations (`groups.join`); none: it only
             *     reads. What it may do of these is for policies to say.
             */
            commands?: string[];
            device?: components["schemas"]["DeviceId"] | null;
            /**
             * Format: int64
             * @description For how many seconds it works, at most a year.
             */
            expires_in_seconds: number;
        };
        /** @description Upkeep of the evidence to be done. */
        NewUpkeep: {
            /** @description Only say what would be done. */
            dry_run?: boolean;
        };
        /**
         * @description What this process observed beside the facts, and how sharing that with the others goes. While it cannot be shared, what
         *     other processes observe gets older here: a posture looks older and a session idle for longer.
         */
        ObservationStatus: {
            /**
             * Format: int64
             * @description Subjects that were dropped because there was no room, the oldest first.
             */
            dropped: number;
            /**
             * Format: int64
             * @description Seconds since this process last told the others and was told everything; a few while all is well. None: it never
             *     did since it began.
             */
            exchange_age_seconds?: number | null;
            /**
             * Format: int64
             * @description Devices whose posture was observed to be still so.
             */
            postures: number;
            /** @description Why the last exchange failed, if it did. */
            problem?: string | null;
            /**
             * Format: int64
             * @description Sessions of which a use is known.
             */
            sessions: number;
        };
        /** @default 1000 */
        PageLimit: number;
        /** @description One value of a request, as policies call it. */
        Particular: {
            /** @description What, such as `context.device.managed`. */
            name: string;
            /** @description Its value. */
            value: string;
        };
        /** @description A person in the inventory. */
        Person: {
            /** @description The ids under which other systems know them. */
            aliases: string[];
            /** @description Their address, in lower case. */
            email: string;
            /** @description Every group that they are in, through any depth. */
            groups: components["schemas"]["GroupName"][];
            /** @description Their id. */
            id: components["schemas"]["PersonId"];
            /** @description On what terms they are here. */
            kind: components["schemas"]["PersonKind"];
            /** @description What they are called. */
            name: string;
            /**
             * Format: int32
             * @description How many invitations to enrol a passkey are open.
             */
            open_invitations: number;
            /**
             * Format: int32
             * @description How many passkeys they have.
             */
            passkeys: number;
            /** @description How risky they look. */
            risk: components["schemas"]["Risk"];
            /** @description Whether they may act at all. */
            standing: components["schemas"]["Standing"];
            /** @description Why they are suspended, if they are. */
            suspended_because?: string | null;
        };
        /** @example per_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        PersonId: string;
        /**
         * @description On what terms a person is here.
         * @enum {string}
         */
        PersonKind: "employee" | "contractor" | "vendor";
        /** @description Where a request came from. */
        Place: {
            /**
             * @description The address of the peer.
             * @example 192.0.2.7
             */
            address: string;
            /** @description The network that the configuration maps the address to. */
            network: string;
        };
        /** @description What a plan found. */
        PlanReport: {
            /**
             * Format: int64
             * @description Decisions that were asked of both.
             */
            asked: number;
            /** @description On how much of what was recorded this rests. */
            basis?: components["schemas"]["Basis"];
            /** @description Every change, what would be denied first, and of that what concerns most accesses. */
            changes: components["schemas"]["PlannedChange"][];
            exhaustive?: components["schemas"]["Exhaustive"] | null;
            /** @description The files that differ. */
            files: components["schemas"]["FileChange"][];
            /** @description What would be allowed that is denied now. */
            newly_allowed: components["schemas"]["Radius"];
            /** @description What would be denied that is allowed now. */
            newly_denied: components["schemas"]["Radius"];
            /**
             * Format: int64
             * @description Accesses that would fall differently and are in none of these, because there were too many kinds.
             */
            not_itemised: number;
            /** @description What else is to be known about the figures. Nothing here makes them uncertain. */
            notes?: string[];
            /**
             * Format: int64
             * @description Of those, the ones that had fallen by other policies than those that run now.
             */
            of_other_policies: number;
            /** @description The version of the one that was planned. */
            planned: components["schemas"]["Digest"];
            /** @description The policies that count now and would not any more. */
            removed?: components["schemas"]["RemovedPolicy"][];
            /**
             * Format: int64
             * @description Of those, the ones that would mean another resource or another action, because routes would change.
             */
            renamed?: number;
            /** @description The version of the policy set that runs. */
            running: components["schemas"]["Digest"];
            settings?: components["schemas"]["PlannedSettings"] | null;
            /** @description Decisions that fell without asking the policies, by the reason: no policy changes that. */
            unasked: {
                [key: string]: number;
            };
            /** @description What the evidence of the span cannot tell: nothing of this is counted as fine. */
            unknown: string[];
            /** @description What is doubtful about the planned set without being wrong. */
            warnings: components["schemas"]["PolicyProblem"][];
        };
        /** @description Accesses that would all turn the same way, for the same reason. */
        PlannedChange: {
            /** @description What they wanted to do. */
            action: components["schemas"]["Action"];
            /** @description The application. */
            application: components["schemas"]["ApplicationName"];
            /** @description Whether the policies say the same of it, and it is the application's stage that turns it. */
            by_stage?: boolean;
            /**
             * Format: int64
             * @description How many accesses.
             */
            count: number;
            /** @description From what kind of device: `none`, `unmanaged`, `non_compliant` or `compliant`. */
            device: string;
            /** @description Which way. */
            direction: components["schemas"]["Turn"];
            /** @description False while the application is only observed: then nobody is stopped, but the record would say so. */
            enforced: boolean;
            /** @description The last one's decision: `countersign why` explains it. */
            example: components["schemas"]["DecisionId"];
            /** @description The first of them. */
            first: components["schemas"]["Moment"];
            /** @description Whether they acted under a just-in-time grant. */
            granted: boolean;
            /** @description The groups that they were in. */
            groups: components["schemas"]["GroupName"][];
            /** @description What kind of person they are; of a service account, its name. */
            kind: string;
            /** @description The last of them. */
            last: components["schemas"]["Moment"];
            /** @description Who asked. */
            principal: components["schemas"]["Principal"];
            /** @description Their name as it is now, while they are in the inventory. */
            principal_name?: string | null;
            /** @description The policies by which it would fall. */
            reasons: components["schemas"]["PolicyId"][];
            /** @description What would keep whoever is stopped working, in words. */
            remedies: string[];
            /** @description The part of it. */
            resource: components["schemas"]["ResourceName"];
        };
        /** @description Of which settings a plan was made. */
        PlannedSettings: {
            /** @description SHA-256 over those that were planned, as they were sent. */
            planned: components["schemas"]["Digest"];
            /** @description SHA-256 over those that were so. */
            running: components["schemas"]["Digest"];
        };
        /** @description The policies in force. */
        Policies: {
            /** @description Every policy, in the order of the files. */
            policies: components["schemas"]["Policy"][];
            /** @description Why the version that was published last is not the one in force, if it is not. */
            problem?: string | null;
            published_at?: components["schemas"]["Moment"] | null;
            /** @description The version in force, a SHA-256 over the files. */
            version: components["schemas"]["Digest"];
            /** @description What is doubtful about the set without being wrong. */
            warnings: components["schemas"]["PolicyProblem"][];
            /** @description Why it was put in force, where whoever did it said so. */
            why?: string | null;
        };
        /** @description A policy, by what it says of itself. */
        Policy: {
            application?: components["schemas"]["ApplicationName"] | null;
            /** @description Its file. */
            file: string;
            /** @description Its name. */
            id: components["schemas"]["PolicyId"];
            /** @description Whether it forbids for everybody, or permits for one application. */
            kind: components["schemas"]["PolicyKind"];
            /**
             * Format: int64
             * @description The line on which it begins, counted from 1.
             */
            line: number;
            /** @description Whether that day has passed. */
            overdue: boolean;
            /** @description Who answers for it. */
            owner: string;
            /** @description Whether an exception can be opened to it. */
            reads_exceptions: boolean;
            /** @description What whoever it stops or lets in is told. */
            reason: string;
            /**
             * Format: date
             * @description The day by which its owner looks at it again.
             * @example 2027-05-31
             */
            review: string;
            /**
             * Format: int32
             * @description The percentage of people for whom it counts in spite of its shadow stage, while a rollout of it is under way.
             */
            rolled_out?: number | null;
            /** @description Whether it counts. */
            stage: components["schemas"]["PolicyStage"];
            /** @description Its text. */
            text: string;
        };
        /** @description A policy that is cited. */
        PolicyCited: {
            /** @description Its name. */
            id: components["schemas"]["PolicyId"];
            /** @description Who answers for it; none for a reason that no policy file holds, or when the policy is gone. */
            owner?: string | null;
            /** @description Where it stands: file and line; none as for the owner. */
            place?: string | null;
            /** @description What it says to whoever it stops or lets in. */
            reason: string;
        };
        /** @description The files of a policy set. */
        PolicyFiles: {
            /** @description Each file's text by its path within the policy folder. */
            files: {
                [key: string]: string;
            };
            version?: components["schemas"]["Digest"] | null;
        };
        /** @description Something that a policy's owner should look at. */
        PolicyFinding: {
            /** @description What it is; docs/policies.md lists the codes. */
            code: string;
            /** @description Its file. */
            file: string;
            /**
             * Format: int64
             * @description The line, counted from 1.
             */
            line: number;
            /** @description What is so. */
            message: string;
            /** @description The policy. */
            policy: components["schemas"]["PolicyId"];
            /** @description What to do about it. */
            remedy: string;
            /** @description How much it matters. */
            severity: components["schemas"]["FindingSeverity"];
        };
        /** @example managed-device */
        PolicyId: string;
        /**
         * @description The two kinds of policies.
         * @enum {string}
         */
        PolicyKind: "guardrail" | "application";
        /** @description What the lint found in a policy set. */
        PolicyLint: {
            /** @description What it found, in the order of the files. */
            findings: components["schemas"]["PolicyFinding"][];
            /** @description The version that it looked at. */
            version: components["schemas"]["Digest"];
            /** @description Whether it knew the world: who there is, and what is labelled how. Offline it does not. */
            with_world: boolean;
        };
        /** @description Something wrong, or doubtful, in a policy file. */
        PolicyProblem: {
            /** @description The file. */
            file: string;
            /**
             * Format: int64
             * @description The line, counted from 1; none when the whole file or set is meant.
             */
            line?: number | null;
            /** @description What is wrong, in one sentence. */
            message: string;
            /** @description The same as a terminal shows it, with the words underlined; without colours. */
            rendered: string;
        };
        /**
         * @description Whether a policy counts.
         * @enum {string}
         */
        PolicyStage: "shadow" | "enforce";
        /** @description How the policies are. */
        PolicyStatus: {
            /**
             * Format: int64
             * @description How many of them should have been looked at again by now.
             */
            overdue: number;
            /**
             * Format: int64
             * @description How many policies it holds.
             */
            policies: number;
            /** @description Why the version that was published last is not in force, if it is not. */
            problem?: string | null;
            /** @description The version in force. */
            version: components["schemas"]["Digest"];
        };
        /** @description A version of the policy set that was in force, or of the settings. */
        PolicyVersion: {
            /** @description When it was put in force last. */
            at: components["schemas"]["Moment"];
            /** @description By whom: an actor, as in the journal. */
            by: string;
            /** @description Whether it is in force now. */
            in_force: boolean;
            /** @description What it is a version of. */
            of?: components["schemas"]["VersionOf"];
            rehearsal?: components["schemas"]["Digest"] | null;
            /** @description The policies that counted before it and did not any more. */
            removed?: components["schemas"]["PolicyId"][];
            /**
             * Format: int64
             * @description The sequence of the fact that did it.
             */
            seq: number;
            /** @description Which files of a working folder were changed beside the policies. */
            settings?: string[];
            /** @description SHA-256 over the files, or over the settings. */
            version: components["schemas"]["Digest"];
            /** @description Why, where whoever did it said so. */
            why?: string | null;
        };
        /** @enum {string} */
        PostureCheck: "disk_encryption" | "os_patched" | "endpoint_protection" | "firewall" | "secure_boot" | "screen_lock";
        /** @description What a device's posture is. */
        PostureReport: {
            /** @description Each check that was made; one that is missing counts as not passed. */
            checks: {
                [key: string]: components["schemas"]["CheckResult"];
            };
            collected_at?: components["schemas"]["Moment"] | null;
        };
        /** @example per_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        Principal: string;
        /** @description Why a request was not answered the way it was asked. */
        Problem: {
            decision?: components["schemas"]["DecisionId"] | null;
            /** @description What is wrong here. */
            detail: string;
            /** @description The field that it is about, as a path into the body (`resources[0].part`), or the name of a parameter. */
            field?: string | null;
            /** @description Everything that is wrong with a policy set. */
            problems?: components["schemas"]["PolicyProblem"][];
            proposal?: components["schemas"]["ProposalId"] | null;
            /** @description The policies that refused it. */
            reasons?: components["schemas"]["RefusalReason"][];
            /** @description The smallest evidence that would have let it pass. */
            remedies?: components["schemas"]["RefusalRemedy"][];
            /** @description What to do about it. */
            remedy?: string | null;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description The kind in words. */
            title: string;
            /**
             * @description The kind of trouble: `about:blank#` and a word that stays the same over versions (`invalid`, `not-found`,
             *     `conflict`, `sign-in`, `denied`, `unavailable`, `rejected-policies`, ...).
             */
            type: string;
        };
        /** @description The tables of a projection beside what the journal comes to. */
        ProjectionComparison: {
            /** @description The first hundred of them. */
            differences: components["schemas"]["DifferingRow"][];
            /**
             * Format: int64
             * @description How many rows differ.
             */
            differing: number;
            /** @description Whether they are the same. */
            equal: boolean;
            /** @description SHA-256 over the rows that the journal comes to. */
            folded: string;
            /**
             * Format: int64
             * @description How many rows the journal comes to.
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
        /** @description How a projection is built anew. */
        ProjectionRebuild: {
            /** @description Change nothing: fold the journal again and compare. */
            dry_run?: boolean;
        };
        /** @description What came of building or comparing a projection. */
        ProjectionReport: {
            comparison?: components["schemas"]["ProjectionComparison"] | null;
            /**
             * @description Its name.
             * @example register
             */
            name: string;
            /** @description Whether its tables are being built anew. Questions wait meanwhile. */
            rebuilt: boolean;
        };
        /** @description How far a projection is. */
        ProjectionStatus: {
            /**
             * Format: int64
             * @description How many facts of the journal are not folded yet.
             */
            behind: number;
            /**
             * Format: int64
             * @description How often its tables were made.
             */
            generation: number;
            /**
             * @description Its name.
             * @example register
             */
            name: string;
            /**
             * Format: int64
             * @description The sequence of the last fact that is folded into it.
             */
            reached: number;
            /**
             * Format: int64
             * @description How many rows its tables have.
             */
            rows: number;
            /**
             * Format: int32
             * @description The version of the shape of its tables.
             */
            shape: number;
            /** @description Why it does not go on, if it does not. */
            trouble?: string | null;
        };
        /** @description The figures of the programme that accesses can answer. Each says on how many accesses it rests. */
        ProofFigures: {
            /** @description Access to applications with device posture enforced: what would be denied if the device failed its checks. */
            device_posture_enforced: components["schemas"]["Figure"];
            /** @description Privileged access through just-in-time grants: what administers, and would be denied without its grant. */
            privileged_just_in_time: components["schemas"]["Figure"];
            /** @description Implicit trust that was discovered, against what is documented and authorised. */
            register: components["schemas"]["RegisterFigures"];
        };
        /** @description What a proof found. */
        ProofReport: {
            /** @description The same by application and sensitivity, the most accesses first. */
            applications: components["schemas"]["ApplicationShare"][];
            /**
             * @description On how much of what was recorded this rests. Unless it is whole, shares are lower bounds, and nothing is said to be
             *     eliminated.
             */
            basis?: components["schemas"]["Basis"];
            /**
             * Format: double
             * @description The share of the accesses that went ahead on which everything here rests, from 0 to 1. What could not be read is
             *     counted as if all of it had gone ahead; none when nothing went ahead, or nobody can tell how much could not be read.
             */
            coverage?: number | null;
            /**
             * Format: int64
             * @description Accesses that were denied: they rest on nothing.
             */
            denied: number;
            /** @description What each open exception was good for, and each that covered an access. */
            exceptions: components["schemas"]["ExceptionUse"][];
            /** @description The figures of the programme that accesses can answer. */
            figures: components["schemas"]["ProofFigures"];
            /** @description What each guardrail in force did: one that did nothing, and would have done nothing, never bites. */
            guardrails: components["schemas"]["GuardrailUse"][];
            /** @description By item of evidence, how many accesses depend on it. */
            items: components["schemas"]["ItemShare"][];
            /**
             * Format: int64
             * @description Entries that are in none of these, because there were too many.
             */
            not_itemised: number;
            /** @description What the proof changed in the register, or would. */
            register: components["schemas"]["RegisterChange"];
            /** @description The same by sensitivity. */
            sensitivities: components["schemas"]["SensitivityShare"][];
            /** @description What rests on implicit trust: the most sensitive first, and of that what most accesses rest on. */
            trusts: components["schemas"]["Trust"][];
            /**
             * Format: int64
             * @description Accesses that were refused without asking the policies.
             */
            unasked: number;
            /** @description What nothing is claimed of, and why. */
            unknown: string[];
            /**
             * Format: int64
             * @description Accesses that went ahead, and were asked again without each item.
             */
            went_ahead: number;
        };
        /** @description A property: a text, a number or a boolean, which policies read as a text. Anything else is refused, not left out. */
        PropertyValue: string | number | boolean;
        /** @description A command that takes two people: proposed by one, countersigned by another, and carried out at once. */
        Proposal: {
            /** @description Why it was refused, or taken back. */
            answer?: string | null;
            answered_at?: components["schemas"]["Moment"] | null;
            /** @description Who answered: `operator` or a person id. */
            answered_by?: string | null;
            /** @description Who proposed it: a person id or a service account id. */
            by: string;
            /** @description SHA-256 over what it states. Whoever countersigns names it. */
            digest: components["schemas"]["Digest"];
            /** @description Their address, where they are a person. */
            email?: string | null;
            /** @description When nobody can countersign it any more. */
            expires_at: components["schemas"]["Moment"];
            /** @description Every fact that it states, while it waits. */
            facts?: Record<string, never>[];
            /** @description Its id. */
            id: components["schemas"]["ProposalId"];
            /** @description When it was proposed. */
            proposed_at: components["schemas"]["Moment"];
            /** @description Where it stands. */
            state: components["schemas"]["ProposalState"];
            /** @description What it does, in words that were made of what it states. */
            text: string;
        };
        /** @example prp_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        ProposalId: string;
        /**
         * @description Where a proposal stands.
         * @enum {string}
         */
        ProposalState: "open" | "expired" | "countersigned" | "refused";
        /** @description A policy set to be published: all of it. */
        Publication: {
            /**
             * @description Why the files are put in force although the plan does not know everything. It goes on record with `why`; without it
             *     a plan whose verdict is unknown is refused.
             */
            accept_unknown?: string | null;
            /** @description Only check, and say what would change. */
            dry_run?: boolean;
            expected_version?: components["schemas"]["Digest"] | null;
            /** @description Each file's text by its path within the policy folder. A file that is not here is in the set no more. */
            files: {
                [key: string]: string;
            };
            /** @description The plan that was looked at before: a finished job, of these files and of the version in force. */
            plan?: string | null;
            /** @description The guardrails that count now and would not any more, each by name: a set that takes others out of force is refused. */
            removes?: components["schemas"]["PolicyId"][];
            settings?: components["schemas"]["Settings"] | null;
            /** @description Why, in a sentence that is kept with the change. */
            why?: string | null;
        };
        /** @description What publishing did, or would do. */
        Published: {
            /** @description The files that are not as they were; empty when nothing changes, and then nothing was published. */
            changed: components["schemas"]["FileChange"][];
            /** @description Whether it was only checked. */
            dry_run: boolean;
            /** @description What could not be put back as it was, in words. */
            notes?: string[];
            /** @description The policies that counted before and do not any more. */
            removed?: components["schemas"]["RemovedPolicy"][];
            /** @description What becomes of staged rollouts by it, in words. */
            rollouts?: string[];
            settings?: components["schemas"]["Digest"] | null;
            /** @description The version of the set. */
            version: components["schemas"]["Digest"];
            /** @description What is doubtful about the set without being wrong. */
            warnings: components["schemas"]["PolicyProblem"][];
        };
        /** @description What a question came to. */
        QueryAnswer: {
            /** @description The columns. */
            columns: components["schemas"]["QueryColumn"][];
            /** @description What could not be read. With an entry here, the rows are what all the rest says. */
            incomplete?: string[];
            /** @description The rows, a value for each column. Moments are RFC 3339 in UTC; what JSON has no value for is text. */
            rows: unknown[][];
            /** @description Whether there were more rows than an answer may have. */
            truncated: boolean;
        };
        /** @description A column of an answer. */
        QueryColumn: {
            /** @description Its name, as the question calls it. */
            name: string;
            /**
             * @description Its type: `text`, `boolean`, `int64`, `uint64`, `float64`, `timestamp`, `list<text>`, `map<text, text>` and others that
             *     a question may compute.
             */
            type: string;
        };
        /** @description A table that can be asked. */
        QueryTable: {
            /** @description What a row of it is. */
            about: string;
            /** @description Its columns, in their order. */
            columns: components["schemas"]["QueryTableColumn"][];
            /** @description Its name. */
            name: string;
        };
        /** @description A column of a table. */
        QueryTableColumn: {
            /** @description What it means. */
            about: string;
            /** @description Its name. */
            name: string;
            /** @description Whether a row may have no value in it. */
            nullable: boolean;
            /** @description Its type, in the words of answers. */
            type: string;
        };
        /** @description How far a change reaches. What is only observed is left out. */
        Radius: {
            /**
             * Format: int64
             * @description Accesses of the span.
             */
            accesses: number;
            /**
             * Format: int64
             * @description Accesses of nobody in particular.
             */
            anonymous: number;
            /**
             * Format: int64
             * @description The people whose they were.
             */
            people: number;
            /**
             * Format: int64
             * @description The service accounts whose they were.
             */
            services: number;
        };
        /** @description Whether somebody can do one thing, and why. */
        Reach: {
            /** @description Whether they can. */
            class: components["schemas"]["ReachClass"];
            device?: components["schemas"]["DeviceId"] | null;
            /** @description The exceptions that cover them. */
            exceptions?: components["schemas"]["ExceptionId"][];
            grant?: components["schemas"]["GrantId"] | null;
            /** @description The least that they would need beside what they have. */
            needs?: components["schemas"]["ReachNeed"][];
            /** @description The permits that let them in, now or with what they need. */
            permitted_by: components["schemas"]["PolicyId"][];
            /**
             * @description What stops them now; of those who can not, what would stop them even with everything that they could get. A
             *     policy, or what the product itself calls a reason, such as `no-permit`.
             */
            stopped_by: components["schemas"]["PolicyId"][];
        };
        /**
         * @description Whether somebody can.
         * @enum {string}
         */
        ReachClass: "now" | "with" | "never";
        /** @description How many are of each class. */
        ReachCounts: {
            /**
             * Format: int64
             * @description Those who can not.
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
        /** @description Something that somebody would need. */
        ReachNeed: {
            /** @description Its name: `enrol-a-passkey`, `report-posture`, `fix-posture`, `use-a-managed-device` or `request-a-grant`. */
            need: string;
            /** @description The same in words. */
            text: string;
        };
        /** @description A resource, and what somebody could do with it. */
        Reachable: {
            /** @description Every action. */
            actions: components["schemas"]["ReachableAction"][];
            /** @description The application. */
            application: components["schemas"]["ApplicationName"];
            /** @description Whether anybody gave it or its application that label. */
            labelled: boolean;
            /** @description Whether the application is only observed. */
            observed: boolean;
            /** @description The resource. */
            resource: components["schemas"]["ResourceName"];
            /** @description The requests that mean it, as `GET,HEAD /admin/**`; none for `other`, which is the rest. */
            routes: string[];
            /** @description The label that counts. */
            sensitivity: components["schemas"]["Sensitivity"];
            /** @description The address of the application's first page; absent if it has none. */
            url?: string | null;
        };
        /** @description An action, and whether somebody can do it. */
        ReachableAction: components["schemas"]["Reach"] & {
            /** @description The action. */
            action: components["schemas"]["Action"];
            /** @description What of the request itself the policies read besides, as in `WhoCan`. */
            depends_on: string[];
        };
        /** @description Somebody who could, or could not, and why. */
        Reacher: components["schemas"]["Reach"] & {
            /** @description A person's address. */
            email?: string | null;
            /** @description What they are called. */
            name: string;
            /** @description Who. */
            principal: components["schemas"]["Principal"];
            /**
             * @description The groups through which the permits reach them: each a path from a group that they are in to the group that a
             *     permit names. Empty for whoever is permitted otherwise, or not at all.
             */
            through: components["schemas"]["GroupName"][][];
        };
        /** @description A reason in words, where a command asks for one. */
        Reason: {
            /** @description Why; it goes on record. */
            reason: string;
        };
        /** @description A policy that refused, in its owner's words. */
        RefusalReason: {
            /** @description The policy. */
            policy: components["schemas"]["PolicyId"];
            /** @description What it says to whoever it stops. */
            text: string;
        };
        /** @description A way in. */
        RefusalRemedy: {
            /**
             * @description Its name: `sign-in`, `re-authenticate`, `report-posture`, `fix-posture`, `use-a-managed-device`,
             *     `request-a-grant` or `ask-the-owner`.
             */
            remedy: string;
            /** @description The remedy as a sentence. */
            text: string;
        };
        /** @description What a proof changes in the register. */
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
            /** @description Whether it was written. */
            written: boolean;
        };
        /** @description How the implicit-trust register stands. */
        RegisterFigures: {
            /**
             * Format: int64
             * @description Of these, the ones that nobody answers for.
             */
            discovered: number;
            /**
             * Format: int64
             * @description The ones that are documented and authorised.
             */
            documented: number;
            /**
             * Format: int64
             * @description The ones that came back after they had been eliminated.
             */
            drifted: number;
            /**
             * Format: int64
             * @description Entries that no access rests on any more.
             */
            eliminated: number;
            /**
             * Format: int64
             * @description The ones whose authority has ended.
             */
            lapsed: number;
            /**
             * Format: int64
             * @description Entries that accesses rest on.
             */
            live: number;
            /**
             * Format: int64
             * @description The ones that somebody answers for, and nobody authorised.
             */
            owned: number;
        };
        /** @description How far the journal went, remembered outside it. */
        RememberedHead: {
            /** @description When it was that. */
            at: components["schemas"]["Moment"];
            /** @description The head. */
            head: components["schemas"]["JournalHead"];
        };
        /** @description A policy that counted and does not any more: it is gone, or only asked. */
        RemovedPolicy: {
            /** @description Its id. */
            id: components["schemas"]["PolicyId"];
            /** @description Which of the two kinds it was. A guardrail must be named to be removed. */
            kind: components["schemas"]["PolicyKind"];
        };
        /** @description A decision that did not come out as it was recorded. */
        ReplayDifference: {
            again?: components["schemas"]["Fell"] | null;
            /** @description When it fell. */
            at: components["schemas"]["Moment"];
            /** @description The decision. */
            id: components["schemas"]["DecisionId"];
            /** @description How it fell. */
            recorded: components["schemas"]["Fell"];
            /** @description Why it cannot be asked again. */
            why_not?: string | null;
        };
        /** @description What a replay found. */
        ReplayReport: {
            /** @description On how much of what was recorded this rests. */
            basis?: components["schemas"]["Basis"];
            /** @description The first of those. */
            differences: components["schemas"]["ReplayDifference"][];
            /**
             * Format: int64
             * @description Decisions that came out differently, or could not be asked again.
             */
            different: number;
            /**
             * Format: double
             * @description The share of the decisions that came out the same, from 0 to 1, what could not be read counted as if it had not;
             *     none when there was none, or nobody can tell how many could not be read.
             */
            fidelity?: number | null;
            /** @description What was recorded and could not be read. With an entry here, the figures are about the rest. */
            incomplete: string[];
            /**
             * Format: int64
             * @description Decisions that came out the same.
             */
            same: number;
            /** @description Decisions that fell without asking the policies, by the reason: there is nothing to ask again. */
            unasked: {
                [key: string]: number;
            };
        };
        /** @description A named part of an application. */
        Resource: {
            /** @description Its name within the application (`pages`, `runs/approve`). */
            part: string;
            /** @description The requests that mean it. */
            routes?: components["schemas"]["Route"][];
            sensitivity?: components["schemas"]["Sensitivity"] | null;
        };
        /** @example wiki/pages */
        ResourceName: string;
        /** @description How risky somebody looks, and why. */
        Risk: {
            /** @description The level. */
            level: components["schemas"]["RiskLevel"];
            /** @description A reason each. */
            reasons?: string[];
        };
        /** @enum {string} */
        RiskLevel: "low" | "medium" | "high";
        /**
         * @description Going back to a version that was in force before: the policies as they were, and with them whatever of the settings was put in
         *     force as one since then.
         */
        Rollback: {
            /** @description Only check, and say what would change. */
            dry_run?: boolean;
            /** @description As [`Publication::removes`]. */
            removes?: components["schemas"]["PolicyId"][];
            /** @description Its version, or as many of its first digits as name it alone. */
            version: string;
            /** @description Why, in a sentence that is kept with the change. */
            why: string;
        };
        /** @description A staged rollout. */
        Rollout: {
            /** @description Whether it was only looked at, and not started. */
            dry_run?: boolean;
            due_at?: components["schemas"]["Moment"] | null;
            example?: components["schemas"]["DecisionId"] | null;
            /** @description What halts it. */
            halt_if: string;
            /** @description Why it was halted. */
            halted_because?: string | null;
            /** @description Its id. */
            id: components["schemas"]["RolloutId"];
            /** @description How it came to where it is, the first first. */
            moves: components["schemas"]["RolloutMove"][];
            /** @description Accesses that were allowed, and would have been denied without it. */
            newly_allowed: components["schemas"]["RolloutTurned"];
            /** @description Accesses that were denied, and would have been allowed without it. */
            newly_denied: components["schemas"]["RolloutTurned"];
            /** @description What to do next, in words. */
            next: string;
            /**
             * Format: int32
             * @description The percentage that it has reached; 0 when the policy counts for nobody by it.
             */
            percent: number;
            /** @description The percentages that it goes through. */
            percents: number[];
            /** @description The policy. */
            policy: components["schemas"]["PolicyId"];
            rehearsal?: components["schemas"]["Digest"] | null;
            /** @description How it stands. */
            state: components["schemas"]["RolloutState"];
            /** @description Whom each step reaches. A list of rollouts leaves it out. */
            steps: components["schemas"]["RolloutStep"][];
            /**
             * Format: int64
             * @description For how many seconds each is watched.
             */
            watch_seconds: number;
            /** @description Why it was started. */
            why?: string | null;
        };
        /** @example rol_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        RolloutId: string;
        /** @description A step that a rollout took. */
        RolloutMove: {
            /** @description When. */
            at: components["schemas"]["Moment"];
            /** @description On whose word. */
            by: string;
            /**
             * Format: int32
             * @description The percentage from then on; 0 when it was halted or ended.
             */
            percent: number;
        };
        /**
         * @description How a rollout stands.
         * @enum {string}
         */
        RolloutState: "running" | "finished" | "halted" | "ended";
        /** @description Whom a step of a rollout reaches. */
        RolloutStep: {
            /**
             * Format: int64
             * @description Of these, the ones whom it would have newly allowed.
             */
            newly_allowed?: number | null;
            /**
             * Format: int64
             * @description Of these, the ones whom it would have newly denied.
             */
            newly_denied?: number | null;
            /**
             * Format: int64
             * @description The people of the inventory who are in the sample.
             */
            people: number;
            /**
             * Format: int32
             * @description The percentage.
             */
            percent: number;
            /**
             * Format: int64
             * @description Of these, the people who used an application that the policy can apply to, in the span of the shadow report that was
             *     seen before.
             */
            seen?: number | null;
        };
        /** @description Whom a rollout turned one way. */
        RolloutTurned: {
            /**
             * Format: int64
             * @description How many accesses, whoever made them.
             */
            accesses: number;
            example?: components["schemas"]["DecisionId"] | null;
            /**
             * Format: int64
             * @description How many people.
             */
            people: number;
        };
        /** @description A shape of request. */
        Route: {
            action?: components["schemas"]["Action"] | null;
            /** @description The methods, in capital letters; none means every method. */
            methods?: string[];
            /**
             * @description The path: segments, `*` for any one segment, and `**` at the end for any rest, the empty one included.
             * @example /admin/**
             */
            path: string;
        };
        /** @description A schedule, and how it went last. */
        Schedule: {
            /** @description When it is due next. */
            due_at: components["schemas"]["Moment"];
            /**
             * Format: int64
             * @description How often it is due, in seconds.
             */
            every_seconds: number;
            /**
             * Format: int64
             * @description How often it failed in a row.
             */
            failures: number;
            /** @description The process that works on it now. */
            holder?: string | null;
            last_ended_at?: components["schemas"]["Moment"] | null;
            /** @description Why it failed, if it failed the last time. */
            last_error?: string | null;
            last_started_at?: components["schemas"]["Moment"] | null;
            lease_until?: components["schemas"]["Moment"] | null;
            /**
             * @description Its name; with the name of a process behind `@` when each process does it for itself.
             * @example jobs.history
             */
            name: string;
            /**
             * Format: int64
             * @description For how many seconds it has been due without anybody doing it; none while it is not.
             */
            overdue_seconds?: number | null;
        };
        /** @enum {string} */
        Sensitivity: "public" | "internal" | "confidential" | "restricted";
        /** @description How many accesses to what is so sensitive depend on what. */
        SensitivityShare: {
            /**
             * Format: int64
             * @description Accesses that went ahead.
             */
            accesses: number;
            /** @description By item, those that would be denied without it. */
            depends: {
                [key: string]: number;
            };
            /** @description The sensitivity. */
            sensitivity: components["schemas"]["Sensitivity"];
        };
        /** @description A service account. */
        Service: {
            /** @description Every group that it is in, through any depth. */
            groups: components["schemas"]["GroupName"][];
            /** @description Its id. */
            id: components["schemas"]["ServiceId"];
            /** @description What people call it. */
            name: string;
            /** @description Who answers for it. */
            owner: components["schemas"]["PersonId"];
            /** @description What it does. */
            purpose: string;
            /** @description How risky it looks. */
            risk: components["schemas"]["Risk"];
            /** @description Its tokens, the expired ones among them. */
            tokens: components["schemas"]["Token"][];
        };
        /** @example svc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        ServiceId: string;
        /** @description A session that has not ended. */
        Session: {
            /**
             * @description Where it began.
             * @example 192.0.2.7
             */
            address?: string | null;
            /** @description The applications at which it was opened. */
            applications: components["schemas"]["ApplicationName"][];
            /** @description What that gave. */
            assurance: components["schemas"]["Assurance"];
            /** @description The passkey that they last used. */
            credential: components["schemas"]["CredentialId"];
            /** @description Their address. */
            email: string;
            /** @description When it ends by itself. */
            expires_at: components["schemas"]["Moment"];
            /** @description Its id. */
            id: components["schemas"]["SessionId"];
            /** @description Whose it is. */
            person: components["schemas"]["PersonId"];
            /** @description When its person last proved that it is them. */
            proved_at: components["schemas"]["Moment"];
            /** @description When it began. */
            started_at: components["schemas"]["Moment"];
        };
        /** @example ses_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        SessionId: string;
        /** @description Applications, labels and exceptions, beside the policies. Whatever is left out here stays as it is. */
        Settings: {
            /** @description What these applications are. One that is not among them stays as it is. */
            applications?: {
                [key: string]: components["schemas"]["Declaration"];
            };
            /** @description Every exception that holds: one that is not among them is ended. */
            exceptions?: components["schemas"]["ExceptionSetting"][] | null;
            /** @description Every label that is given to a part of an application beside its declaration: one that is not among them is taken away. */
            labels?: {
                [key: string]: components["schemas"]["Sensitivity"];
            } | null;
        };
        /** @description The settings as they are. */
        SettingsInForce: {
            /** @description All of them, but for the control plane's own application, which is the configuration's. */
            settings: components["schemas"]["Settings"];
            /** @description SHA-256 over them. */
            version: components["schemas"]["Digest"];
        };
        /** @description How far a policy in its shadow stage would have reached at one application. */
        ShadowApplication: {
            /** @description The application. */
            application: components["schemas"]["ApplicationName"];
            /** @description What would have been allowed that was denied. */
            newly_allowed: components["schemas"]["Radius"];
            /** @description What would have been denied that was allowed. */
            newly_denied: components["schemas"]["Radius"];
        };
        /** @description What one policy in its shadow stage would have done. */
        ShadowPolicy: {
            /** @description The same by application. */
            applications: components["schemas"]["ShadowApplication"][];
            /**
             * Format: int64
             * @description Decisions of applications that it can apply to, which fell while it was in its shadow stage with the text of now.
             */
            asked: number;
            /** @description On how much of what was recorded this rests. */
            basis?: components["schemas"]["Basis"];
            /** @description Every change, what would be denied first, and of that what concerns most accesses. */
            changes: components["schemas"]["PlannedChange"][];
            first?: components["schemas"]["Moment"] | null;
            last?: components["schemas"]["Moment"] | null;
            /** @description What it would have allowed that was denied. */
            newly_allowed: components["schemas"]["Radius"];
            /** @description What it would have denied that was allowed. */
            newly_denied: components["schemas"]["Radius"];
            /** @description Who answers for it. */
            owner: string;
            /**
             * Format: int64
             * @description The people whose they were.
             */
            people: number;
            /** @description Where it stands: file and line. */
            place: string;
            /** @description Its name. */
            policy: components["schemas"]["PolicyId"];
            /** @description What it says to whoever it stops or lets in. */
            reason: string;
            /**
             * Format: int32
             * @description How far it is rolled out, in percent; none when it is not. Whom it has reached is not in this report: for them it
             *     counts already.
             */
            rolled_out?: number | null;
            /** @description What the evidence of the span cannot tell: nothing of this is counted as fine. */
            unknown: string[];
        };
        /** @description What the policies in their shadow stage would have done. */
        ShadowReport: {
            /** @description What was recorded and could not be read. With an entry here, the figures are about the rest. */
            incomplete: string[];
            /** @description Each of them, in the order of the set. */
            policies: components["schemas"]["ShadowPolicy"][];
            /** @description The version of the policy set that runs. */
            running: components["schemas"]["Digest"];
        };
        /** @enum {string} */
        SortDirection: "asc" | "desc";
        /** @description A stage to be taken. */
        StageChange: {
            /** @description The stage from now on. */
            stage: components["schemas"]["ApplicationStage"];
        };
        /**
         * @description Whether somebody may act at all.
         * @enum {string}
         */
        Standing: "active" | "suspended";
        /** @description The policy file that a newly protected application begins with. */
        StarterPermit: {
            /** @description Its path within the policy folder. */
            path: string;
            /** @description Its text. */
            text: string;
        };
        /** @description How the installation is. */
        Status: {
            /**
             * Format: int64
             * @description For how many seconds the world has not been known to be the newest; a few while all is well, since the journal is
             *     asked every two seconds.
             */
            behind_seconds: number;
            /**
             * Format: int64
             * @description By how many seconds the clock of this machine is behind the newest moment that is known. Beyond 60 that counts as
             *     a journal that is out of reach.
             */
            clock_behind_seconds?: number;
            /** @description How each part of this process is. */
            components?: components["schemas"]["ComponentStatus"][];
            /** @description How many there are of each thing. */
            counts: components["schemas"]["Counts"];
            /** @description The evidence. */
            evidence: components["schemas"]["EvidenceStatus"];
            /** @description Whether among those who administer or approve, and can sign in, two are independent of each other. */
            independent_approvers?: boolean | null;
            /** @description The journal. */
            journal: components["schemas"]["JournalStatus"];
            /** @description How many connections each listener of this process has. */
            listeners?: components["schemas"]["ListenerStatus"][];
            observations?: components["schemas"]["ObservationStatus"] | null;
            /** @description The origin at which people sign in, as their browsers see it; applications are reached at its scheme and port. */
            origin: string;
            /** @description The policies. */
            policies: components["schemas"]["PolicyStatus"];
            /** @description The version of the software. */
            version: string;
            /**
             * Format: int64
             * @description The sequence of the last fact that this process knows.
             */
            world: number;
        };
        /** @description What was found of the copies in the store; what is not as it must be is among the findings. */
        StoreReport: {
            /**
             * Format: int64
             * @description Their bytes.
             */
            bytes: number;
            /**
             * Format: int64
             * @description Copies that are what was anchored.
             */
            files: number;
            /**
             * Format: int64
             * @description Copies that nothing needs any more, and that are about to be removed.
             */
            leaving: number;
            /**
             * Format: int64
             * @description Files that wait to be copied.
             */
            waiting: number;
        };
        /** @description How the evidence is copied to its store. */
        StoreStatus: {
            /**
             * Format: int64
             * @description How many files this process has copied since it began.
             */
            copied: number;
            copied_until?: components["schemas"]["Moment"] | null;
            /** @description Files that cannot be copied as they are, each with why. */
            left?: string[];
            /**
             * @description Where to.
             * @example s3://our-evidence/countersign/gate-1
             */
            place: string;
            /** @description Why nothing is copied at the moment, when that is so. Everything is kept here meanwhile. */
            problem?: string | null;
            /** @description What to do about it. */
            remedy?: string | null;
            /**
             * Format: int64
             * @description How many files wait to be copied; none while it is not known what is there.
             */
            waiting?: number | null;
            /**
             * Format: int64
             * @description Their bytes.
             */
            waiting_bytes: number;
        };
        /** @description A bearer token, without the token. */
        Token: {
            application?: components["schemas"]["ApplicationName"] | null;
            /** @description The commands that its holder may give, by the names of this document's operations. */
            commands?: string[];
            /** @description Whether it has stopped working. */
            expired: boolean;
            /** @description When it stops working. */
            expires_at: components["schemas"]["Moment"];
            /** @description Its id. */
            id: components["schemas"]["TokenId"];
            key_sha256?: components["schemas"]["Digest"] | null;
        };
        /** @example tok_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 */
        TokenId: string;
        /** @description An entry of the implicit-trust register: accesses that go ahead whatever one item of their evidence says. */
        Trust: {
            /**
             * Format: int64
             * @description How many the last proof that told of it saw.
             */
            accesses: number;
            /** @description To do what. */
            action: components["schemas"]["Action"];
            /** @description Who allowed it, in words. */
            authority?: string | null;
            /**
             * Format: int64
             * @description The sequence of the fact that brought it back, where one was found.
             */
            brought_back_by?: number | null;
            /** @description Whose accesses. */
            cohort: components["schemas"]["Cohort"];
            discovered_at?: components["schemas"]["Moment"] | null;
            eliminated_at?: components["schemas"]["Moment"] | null;
            /** @description The last one's decision: `countersign why` explains it. */
            example: components["schemas"]["DecisionId"];
            expires_at?: components["schemas"]["Moment"] | null;
            /** @description The first access that rested on it. */
            first: components["schemas"]["Moment"];
            /** @description In what they are trusted. */
            item: components["schemas"]["ItemOfEvidence"];
            /** @description And the last. */
            last: components["schemas"]["Moment"];
            owner?: components["schemas"]["PersonId"] | null;
            /** @description The policies that let them through; empty where the application is only observed. */
            policies: components["schemas"]["PolicyId"][];
            /**
             * Format: int64
             * @description How many principals' they were.
             */
            principals: number;
            /** @description Why. */
            reason?: string | null;
            /** @description What would eliminate it. */
            remedy: string;
            /** @description To what. */
            resource: components["schemas"]["ResourceName"];
            returned_at?: components["schemas"]["Moment"] | null;
            /** @description How sensitive the resource is now. */
            sensitivity: components["schemas"]["Sensitivity"];
            /** @description What is done about it. */
            state: components["schemas"]["TrustStanding"];
        };
        /** @description Entries are known and authorised, for a time. */
        TrustDocument: {
            /** @description Who allowed it, in words. */
            authority: string;
            /** @description True to change nothing: what would be is shown. */
            dry_run?: boolean;
            /**
             * Format: int64
             * @description When the authority ends by itself: after so many seconds, from one hour to a year.
             */
            expires_in_seconds: number;
            /** @description Which; at least one part is given, and only entries that accesses rest on are taken. */
            of: components["schemas"]["TrustSelection"];
            /** @description Who answers for them: a person's id, address or alias. */
            owner: string;
            /** @description Why. */
            reason: string;
        };
        /** @description Somebody is to answer for entries. */
        TrustOwner: {
            /** @description True to change nothing: what would be is shown. */
            dry_run?: boolean;
            /** @description Which; at least one part is given, and only entries that accesses rest on are taken. */
            of: components["schemas"]["TrustSelection"];
            /** @description Who: a person's id, address or alias. */
            owner: string;
        };
        /** @description Which entries of the register: those of which everything that is given is true. */
        TrustSelection: {
            action?: components["schemas"]["Action"] | null;
            application?: components["schemas"]["ApplicationName"] | null;
            cohort?: components["schemas"]["Cohort"] | null;
            item?: components["schemas"]["ItemOfEvidence"] | null;
            resource?: components["schemas"]["ResourceName"] | null;
        };
        /**
         * @description What is done about an entry of the register.
         * @enum {string}
         */
        TrustStanding: "discovered" | "owned" | "documented" | "lapsed" | "eliminated";
        /** @description What was done about entries, or would be. */
        TrustsChanged: {
            /** @description The entries as they are then. */
            trusts: components["schemas"]["Trust"][];
            /** @description Whether it was done. */
            written: boolean;
        };
        /**
         * @description Which way an access would turn.
         * @enum {string}
         */
        Turn: "denied" | "allowed";
        /** @description A day of the evidence, and what was done to it. */
        UpkeepDay: {
            /**
             * Format: int64
             * @description Their bytes.
             */
            bytes: number;
            /**
             * Format: int64
             * @description The bytes of what they became, where that is known.
             */
            bytes_after?: number | null;
            /** @description The day in UTC, as in `2026-11-22`. */
            day: string;
            /**
             * Format: int64
             * @description How many files of it: taken in, made one, or removed.
             */
            files: number;
            /**
             * Format: int64
             * @description The rows in them.
             */
            rows: number;
        };
        /** @description What was done for the upkeep of the evidence, or would be. */
        UpkeepReport: {
            /** @description The days concerned, oldest first. */
            days: components["schemas"]["UpkeepDay"][];
            /** @description Whether this only says what would be done. */
            dry_run: boolean;
            /** @description What was left alone, and why. */
            skipped: string[];
        };
        /**
         * @description Whether a verdict can be drawn from a report.
         * @enum {string}
         */
        Verdict: "known" | "unknown";
        /** @description What a verification found. */
        Verification: {
            /**
             * Format: int64
             * @description The first entry that is not what was appended.
             */
            broken_at?: number | null;
            /**
             * Format: int64
             * @description How many entries were found good.
             */
            entries: number;
            /** @description What is wrong there. */
            fault?: string | null;
            head?: components["schemas"]["JournalHead"] | null;
            /** @description Whether every entry follows from the one before. */
            whole: boolean;
        };
        /** @description What a verification starts from. */
        VerifyRequest: {
            /**
             * @description An anchor that was kept elsewhere; the journal must contain it. Without one, removed last entries and a chain
             *     that was computed anew go unseen.
             */
            anchor?: string | null;
        };
        /**
         * @description What a version is of.
         * @enum {string}
         */
        VersionOf: "policies" | "settings";
        /** @description What one person could do. */
        WhatCan: {
            /** @description Their address. */
            email: string;
            /** @description Every resource that the limit leaves, in the order of applications and of their declarations. */
            items: components["schemas"]["Reachable"][];
            /** @description Whether there are more than the limit let through. */
            more: boolean;
            /** @description What they are called. */
            name: string;
            /** @description Who. */
            person: components["schemas"]["PersonId"];
            /** @description Whether they are suspended: then they can do nothing. */
            suspended: boolean;
        };
        /** @description Who could do something with a resource. */
        WhoCan: {
            /** @description The action. */
            action: components["schemas"]["Action"];
            /** @description Whether anybody at all can, without signing in. */
            anonymous: boolean;
            /**
             * @description What of the request itself the policies read besides: `address`, `operation`, `item`, `content_type`, `time`. With
             *     another, the answer may be another.
             */
            depends_on: string[];
            /** @description Those whom the limit leaves, by class: who can now, who could with more, who can not. */
            items: components["schemas"]["Reacher"][];
            /** @description Whether anybody gave it or its application that label; if not, it counts as restricted. */
            labelled: boolean;
            /** @description Whether there are more than the limit let through. */
            more: boolean;
            /** @description Whether the application is only observed: then denials are recorded, and everybody gets through all the same. */
            observed: boolean;
            /** @description How many people there are of each class, whatever the limit. */
            people: components["schemas"]["ReachCounts"];
            /** @description The resource. */
            resource: components["schemas"]["ResourceName"];
            /** @description The label that counts. */
            sensitivity: components["schemas"]["Sensitivity"];
            /** @description How many service accounts. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description The answer, a no among them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvaluationAnswer"];
                };
            };
            /** @description Why the question could not be asked, as a JSON string; a problem where there is nothing. */
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
            /** @description The answer, a no among them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvaluationsAnswer"];
                };
            };
            /** @description Why the question could not be asked, as a JSON string; a problem where there is nothing. */
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
                /** @description Whose name, title or a host contains this, in any case. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
                /** @description Of this application. */
                application?: components["schemas"]["ApplicationName"];
                /** @description By this person: an id, address or alias. */
                person?: string;
                /** @description That fell this way: `allow` or `deny`. */
                effect?: string;
                /** @description About this action. */
                action?: components["schemas"]["Action"];
                /** @description From this device. */
                device?: components["schemas"]["DeviceId"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events; the data of each is a DecisionBatch as JSON. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description What was wrong, and what to do about it. */
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
                /** @description Not before this moment. */
                since?: components["schemas"]["Moment"];
                /** @description Before this moment. */
                until?: components["schemas"]["Moment"];
                /** @description Of this application. */
                application?: components["schemas"]["ApplicationName"];
                /** @description By this person: an id, address or alias. */
                person?: string;
                /** @description By this principal. */
                principal?: components["schemas"]["Principal"];
                /** @description That fell this way: `allow` or `deny`. */
                effect?: string;
                /** @description About this action. */
                action?: components["schemas"]["Action"];
                /** @description From this device. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
                /** @description Whose name or platform contains this, in any case. */
                q?: string;
                /** @description Of this person: an id, address or alias. */
                owner?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
                /** @description In whose words: `ocsf`, the only ones there are. */
                format: string;
                /** @description Not before this moment. */
                since?: components["schemas"]["Moment"];
                /** @description Before this moment. */
                until?: components["schemas"]["Moment"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One object a line. The trailer `countersign-incomplete` names what could not be read; to a client without `TE: trailers` such an answer breaks off. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
                sort?: "opened_at";
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
            /** @description What was asked for. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
                /** @description In this state. */
                state?: components["schemas"]["GrantState"];
                /** @description Of this person: an id, address or alias. */
                person?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
                /** @description Whose name or purpose contains this, in any case. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was asked for. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description Server-sent events; the data of each is a Job as JSON. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was asked for. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
                /** @description A part of the application; it may hold slashes. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
                /** @description Whose name or a range of which contains this, in any case. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
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
            /** @description What was wrong, and what to do about it. */
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
                /** @description Whose name, address or an alias contains this, in any case. */
                q?: string;
                /** @description Of this kind. */
                kind?: components["schemas"]["PersonKind"];
                /** @description In this standing. */
                standing?: components["schemas"]["Standing"];
                /** @description In this group, through any depth. */
                group?: components["schemas"]["GroupName"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was asked for. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was asked for. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
                /** @description The group whose members may use it; none: every person. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was asked for. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
                /** @description In this state. */
                state?: components["schemas"]["ProposalState"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was asked for. */
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
            /** @description What was wrong, and what to do about it. */
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
                /** @description Only of this application. */
                application?: components["schemas"]["ApplicationName"];
                /** @description At most so many resources; none: every one. */
                limit?: components["schemas"]["Limit"];
                /** @description As if asked from this IP address; none: from nowhere in particular. */
                address?: string;
                /** @description As if asked with this word; none: GET to read, download and connect, else POST. */
                operation?: string;
                /** @description As if this item were asked for; none: `/`. */
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
            /** @description What was wrong, and what to do about it. */
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
                /** @description Only those of this class. */
                class?: components["schemas"]["ReachClass"];
                /** @description At most so many; none: every one. */
                limit?: components["schemas"]["Limit"];
                /** @description As if asked from this IP address; none: from nowhere in particular. */
                address?: string;
                /** @description As if asked with this word; none: GET to read, download and connect, else POST. */
                operation?: string;
                /** @description As if this item were asked for; none: `/`. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
                /** @description Only those by which a policy counts for somebody. */
                active?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was asked for. */
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
            /** @description What was wrong, and what to do about it. */
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
                /** @description Whose name or purpose contains this, in any case. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
                /** @description Of this person: an id, address or alias. */
                person?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
                /** @description Of this application only. */
                application?: components["schemas"]["ApplicationName"];
                /** @description Of this resource only. */
                resource?: components["schemas"]["ResourceName"];
                /** @description Of this action only. */
                action?: components["schemas"]["Action"];
                /** @description Of this cohort only. */
                cohort?: components["schemas"]["Cohort"];
                /** @description Of trust in this item only. */
                item?: components["schemas"]["ItemOfEvidence"];
                /** @description In this state only; none: all but what was eliminated. */
                state?: components["schemas"]["TrustStanding"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
            /** @description What was wrong, and what to do about it. */
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
                /** @description Which proxy asks, and so by which headers: docs/forward-auth.md. */
                proxy: "nginx" | "caddy" | "traefik" | "nginx-with-certificates" | "caddy-with-certificates" | "traefik-with-certificates";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It may: the headers are for the application. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Sign in first: to there. */
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
            /** @description It may not, or was not asked as a proxy of that name asks. */
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
