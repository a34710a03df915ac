// The page on which somebody asks for a grant: one form, one call of the API, and its answer in words.
'use strict';

const form = document.getElementById('request');
const say = (status, problem) => {
  document.getElementById('status').textContent = status;
  document.getElementById('problem').textContent = problem;
};

form.application.value = new URLSearchParams(location.search).get('application') ?? '';
(form.application.value ? form.reason : form.application).focus();

// An error answer names the field and the remedy; both are for whoever reads this.
const inWords = (problem) =>
  [problem.detail ?? problem.title, ...(problem.reasons ?? []).map((reason) => reason.text), problem.remedy]
    .filter(Boolean)
    .join(' ');

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = form.querySelector('button');
  button.disabled = true;
  say('Asking...', '');
  try {
    const answer = await fetch('/api/v1/grants', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({
        application: form.application.value.trim(),
        reason: form.reason.value.trim(),
        duration_seconds: Math.round(Number(form.minutes.value) * 60),
      }),
    });
    const body = await answer.json().catch(() => ({}));
    if (answer.ok) {
      say(`Requested: ${body.id}. Somebody else has to approve it; then open the application again.`, '');
      form.hidden = true;
    } else {
      say('', inWords(body) || `It did not work (${answer.status}).`);
    }
  } catch {
    say('', 'The server did not answer. Try again.');
  } finally {
    button.disabled = false;
  }
});
