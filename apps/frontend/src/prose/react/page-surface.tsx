import { useEffect, useRef } from 'react';
import '../prose.css';

interface PageSurfaceProps {
  /** Opens the page in the element it is given and returns how to close it. Called once. */
  readonly open: (element: HTMLElement) => () => void;
}

/** The only React around the page: an empty element whose content React never touches. */
export function PageSurface({ open }: PageSurfaceProps) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => (element.current ? open(element.current) : undefined), [open]);
  return <div ref={element} />;
}
