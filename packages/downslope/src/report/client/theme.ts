const KEY = 'downslope-theme';

/** Lets the reader choose between light, dark, and what the system says; the choice is kept where that is possible. */
export function offerThemes(changed: () => void): void {
  const themes = document.querySelector<HTMLFieldSetElement>('.themes');
  if (!themes) return;
  themes.hidden = false;
  const show = (theme: string) => {
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    changed();
  };
  const kept = remembered() ?? 'auto';
  for (const input of themes.querySelectorAll('input')) {
    input.checked = input.value === kept;
    input.addEventListener('change', () => {
      remember(input.value);
      show(input.value);
    });
  }
  show(kept);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
}

// A page that was opened from a file may have no storage.
function remembered(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function remember(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {}
}
