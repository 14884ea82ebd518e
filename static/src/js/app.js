// Everything a page does in the browser. Pages work without it, but for charts and live lists.
import './page.js';
import './requests.js';
// Before forms.js: without a network it keeps what that would refuse.
import './check-in.js';
import './forms.js';
import './shown.js';
import './narrow.js';
import './lists.js';
import './files.js';
import './minutes.js';
import './copy.js';
import './lazy-charts.js';
