// The live page: shows what the server ticks, sends what is typed, and says when the stream has ended.
const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
const state = document.getElementById('state');
const tick = document.getElementById('tick');
const echo = document.getElementById('echo');
const socket = new WebSocket(`${scheme}://${location.host}/live`);
socket.onopen = () => { state.textContent = 'open'; };
socket.onclose = (event) => { state.textContent = `closed (${event.code}${event.reason ? ': ' + event.reason : ''})`; };
socket.onmessage = (event) => {
  const message = JSON.parse(event.data);
  if ('tick' in message) tick.textContent = message.tick;
  if ('echo' in message) echo.textContent = message.echo;
};
document.getElementById('say').addEventListener('submit', (event) => {
  event.preventDefault();
  socket.send(new FormData(event.target).get('text'));
});
