// English texts of the pages that protect an application. `en.ts` includes them.

export const protect = {
  protect: {
    title: 'Protect an application',
    lead: 'Put a web application behind the gate. It begins in the stage observe: nothing is refused at it until you enforce it.',
    closed: 'Declaring an application is for whoever may administer the control plane.',
    form: 'The application',
    fields: {
      upstream: 'Upstream',
      name: 'Name',
      title: 'Title',
      owner: 'Owner',
      hosts: 'Hosts',
      sensitivity: 'Sensitivity',
    },
    upstreamAbout: 'Where the application listens, as the server reaches it: an origin without a path.',
    nameAbout:
      'Its name in policies: lower case, digits and hyphens. The name of a removed application is never used again.',
    titleAbout: 'Its name for people. Left empty: its name.',
    ownerAbout: 'Who is responsible for it: a team or a person.',
    hostsAbout:
      'The names under which people reach it, without a port. Left empty: its name under localhost, for trying it on the machine of the server.',
    sensitivityAbout: 'Without a label it counts as restricted.',
    observes:
      'The stage is observe. A named part with routes of its own (an administration area, for example) is added in the file: docs/applications.md shows how.',
    check: 'Check whether it answers',
    answers: 'The upstream answers',
    silent: 'The gate would get no answer',
    found: (upstream: string, message: string) => `${upstream}: ${message}.`,
    whatToDo: (remedy: string) => `What to do: ${remedy}.`,
    refused: (detail: string, remedy: string | undefined) =>
      remedy ? `${detail}. What to do: ${remedy}.` : `${detail}.`,
    tried: (address: string) => `The server tried ${address}, with one request, and followed nothing.`,
    notChecked: 'The upstream was not checked',
    notCheckedDetail:
      'The server did not carry the check out. You can declare the application all the same, and check its upstream in a while.',
    file: 'The application file',
    fileAbout:
      'The same declaration as a file: “countersign application add --file” reads it, and a working folder keeps it under review.',
    copy: 'Copy',
    copied: 'Copied',
    download: 'Download',
    preview: 'What will be declared',
    reaches: (addresses: string) => `People reach it at ${addresses}.`,
    forwards: (upstream: string) =>
      `The gate forwards to ${upstream}. Close other ways to it: only the gate should reach it.`,
    nothingRefused: (title: string) =>
      `Nothing is refused at ${title} yet: whoever reaches the gate reaches it, also without signing in. What policies would refuse is recorded.`,
    noLabel: 'It has no label, so policies treat it as restricted.',
    neverAgain: (name: string) => `The name ${name} stays its name: it cannot be changed or used again.`,
    declare: 'Put it behind the gate',
  },
  first: {
    one: 'First accesses',
    title: (title: string) => `First accesses of ${title}`,
    ways: 'How people reach it',
    local: 'Every browser on the machine of the server finds this name by itself: open it there.',
    dns: 'Enter the name in your DNS, so that it leads to the machine of the gate.',
    dnsAs: (own: string) => `The host of the console leads there too, so this is enough (${own}):`,
    hostsFile: 'To try it on the machine of the server before that, add this line to /etc/hosts there:',
    certificate: 'The certificate of the gate (tls.certificate) has to be valid for the name too.',
    arriving: 'Accesses as they arrive',
    arrivingAbout:
      'Open the application, and each request shows here with the answer of the policies. “Would be refused” means that enforcing today would stop it.',
    policy: 'The next step: its first policy',
    policyAbout:
      'Without a policy that permits it, every access would be refused. The server writes a first file; you read it, change it, and rehearse it on the accesses above before anything is in force.',
    group: 'Whose members may use it',
    groupAbout: 'Only the group administrators may administer it.',
    everybody: 'Every person who is signed in',
    write: 'Write its first policy',
  },
} as const;
